/*
 * A cryptographic device with the interface of GM/T 0018, for the tests.
 *
 * It holds one signing key, number 1, behind an access code, and forgets, fails, lies
 * and waits when it is told to. SM2 itself is done by the system's libcrypto, which is
 * looked up when it is loaded: no header is needed.
 */

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OK 0x0
#define NOT_SUPPORTED 0x01000002
#define OPEN_SESSION 0x01000006
#define NO_RIGHT 0x01000007
#define NO_KEY 0x01000008
#define BAD_ARGUMENT 0x0100001D
#define VENDOR_WRONG_CODE 0x01000100
#define VENDOR_LOCKED 0x01000101

#define MAX_LEN 64
#define KEY 1
#define MAX_TRIES 3
#define HALF 32

typedef struct {
    unsigned int bits;
    unsigned char x[MAX_LEN];
    unsigned char y[MAX_LEN];
} PublicKey;

typedef struct {
    unsigned char r[MAX_LEN];
    unsigned char s[MAX_LEN];
} Signature;

typedef struct {
    int may_sign;
    int generation;
} Session;

/* What the tests set and read. */
struct {
    unsigned char key[4096];
    unsigned int key_size;
    unsigned char x[HALF];
    unsigned char y[HALF];
    unsigned int bits;
    char code[64];
    int tries;      /* wrong codes given, until a right one */
    int asked;      /* codes given at all */
    int sessions;   /* open now */
    int fail_with;  /* value that signing returns ... */
    int fail_times; /* ... so many times more */
    int lie;        /* 1: another signature, 2: zeros, 3: numbers at the left */
    int wait_ms;
    int signatures;
} device_state;

static int generation = 1;

/* Forgets all sessions, as a device does that was started anew. */
void device_restart(void) { generation++; }

typedef void *(*Read)(void *, const unsigned char **, long);
typedef void *(*NewContext)(void *, void *);
typedef int (*Begin)(void *);
typedef int (*Sign)(void *, unsigned char *, size_t *, const unsigned char *, size_t);
typedef void (*Release)(void *);

static int sm2_sign(const unsigned char *digest, unsigned char *out, size_t *size) {
    static void *crypto = NULL;
    if (!crypto) crypto = dlopen("libcrypto.so.3", RTLD_NOW);
    if (!crypto) return 0;
    Read read = (Read)dlsym(crypto, "d2i_AutoPrivateKey");
    NewContext new_context = (NewContext)dlsym(crypto, "EVP_PKEY_CTX_new");
    Begin begin = (Begin)dlsym(crypto, "EVP_PKEY_sign_init");
    Sign sign = (Sign)dlsym(crypto, "EVP_PKEY_sign");
    Release free_context = (Release)dlsym(crypto, "EVP_PKEY_CTX_free");
    Release free_key = (Release)dlsym(crypto, "EVP_PKEY_free");
    const unsigned char *at = device_state.key;
    void *key = read(NULL, &at, device_state.key_size);
    void *context = key ? new_context(key, NULL) : NULL;
    int good = context && begin(context) == 1 && sign(context, out, size, digest, 32) == 1;
    if (context) free_context(context);
    if (key) free_key(key);
    return good;
}

/* Copies the INTEGER at *in to the right of 64 octets, and steps over it. */
static void take_integer(const unsigned char **in, unsigned char *to) {
    size_t size = (*in)[1];
    const unsigned char *from = *in + 2;
    *in = from + size;
    while (size > HALF) { from++; size--; }
    memset(to, 0, MAX_LEN);
    memcpy(to + MAX_LEN - size, from, size);
}

static int known(const Session *session) {
    return session && session->generation == generation;
}

int SDF_OpenDevice(void **device) {
    *device = &device_state;
    return OK;
}

int SDF_CloseDevice(void *device) { return device ? OK : BAD_ARGUMENT; }

int SDF_OpenSession(void *device, void **session) {
    if (!device) return BAD_ARGUMENT;
    Session *opened = calloc(1, sizeof(Session));
    opened->generation = generation;
    *session = opened;
    device_state.sessions++;
    return OK;
}

int SDF_CloseSession(void *session) {
    free(session);
    device_state.sessions--;
    return OK;
}

int SDF_GetPrivateKeyAccessRight(void *session, unsigned int key, char *code, unsigned int size) {
    if (!known(session)) return OPEN_SESSION;
    if (key != KEY) return NO_KEY;
    device_state.asked++;
    if (device_state.tries >= MAX_TRIES) return VENDOR_LOCKED;
    if (size != strlen(device_state.code) || memcmp(code, device_state.code, size)) {
        device_state.tries++;
        return VENDOR_WRONG_CODE;
    }
    device_state.tries = 0;
    ((Session *)session)->may_sign = 1;
    return OK;
}

int SDF_ReleasePrivateKeyAccessRight(void *session, unsigned int key) {
    if (key == KEY) ((Session *)session)->may_sign = 0;
    return OK;
}

int SDF_ExportSignPublicKey_ECC(void *session, unsigned int key, PublicKey *out) {
    if (!known(session)) return OPEN_SESSION;
    if (key != KEY) return NO_KEY;
    memset(out, 0, sizeof *out);
    out->bits = device_state.bits;
    memcpy(out->x + MAX_LEN - HALF, device_state.x, HALF);
    memcpy(out->y + MAX_LEN - HALF, device_state.y, HALF);
    return OK;
}

int SDF_InternalSign_ECC(void *session, unsigned int key, unsigned char *data, unsigned int size,
                         Signature *out) {
    unsigned char made[128];
    size_t made_size = sizeof made;
    if (device_state.wait_ms) {
        struct timespec time = {device_state.wait_ms / 1000, device_state.wait_ms % 1000 * 1000000L};
        nanosleep(&time, NULL);
    }
    if (device_state.fail_times > 0) {
        device_state.fail_times--;
        return device_state.fail_with;
    }
    if (!known(session)) return OPEN_SESSION;
    if (key != KEY) return NO_KEY;
    if (!((Session *)session)->may_sign) return NO_RIGHT;
    if (size != 32) return BAD_ARGUMENT;
    if (!sm2_sign(data, made, &made_size)) return NOT_SUPPORTED;
    const unsigned char *at = made + 2;
    take_integer(&at, out->r);
    take_integer(&at, out->s);
    if (device_state.lie == 1) out->r[MAX_LEN - 1] ^= 1;
    if (device_state.lie == 2) memset(out, 0, sizeof *out);
    if (device_state.lie == 3) memmove(out->r, out->r + MAX_LEN - HALF, HALF);
    device_state.signatures++;
    return OK;
}
