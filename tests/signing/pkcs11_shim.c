/*
 * A PKCS #11 module that hands everything on to a real one, for the tests: it counts
 * the PINs that are given, locks after three wrong ones as smart cards do, and lets
 * signing fail, wait or lie when it is told to.
 */

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* PKCS #11 2.40: CK_FUNCTION_LIST is a version, then 68 pointers to functions. */
#define FUNCTIONS 68
#define GET_FUNCTION_LIST 3
#define GET_MECHANISM_LIST 7
#define LOGIN 18
#define SIGN 43

#define OK 0x0UL
#define GENERAL_ERROR 0x5UL
#define PIN_INCORRECT 0xA0UL
#define PIN_LOCKED 0xA4UL
#define MAX_TRIES 3

typedef unsigned long Value;
typedef struct {
    unsigned char version[2];
    void *functions[FUNCTIONS];
} List;
typedef Value (*GetList)(List **);
typedef Value (*Login)(Value, Value, unsigned char *, Value);
typedef Value (*Sign)(Value, unsigned char *, Value, unsigned char *, Value *);
typedef Value (*Mechanisms)(Value, Value *, Value *);

/* What the tests set and read. */
struct {
    int asked;       /* PINs given at all */
    int wrong;       /* wrong PINs given, until a right one */
    Value fail_with; /* value that signing returns ... */
    int fail_times;  /* ... so many times more */
    int lie;         /* change what was signed */
    int shorten;     /* return so many bytes less */
    int wait_ms;
    Value hidden;    /* a mechanism that is not offered */
} shim_state;

static List own;
static List *real;

static Value login(Value session, Value user, unsigned char *pin, Value size) {
    shim_state.asked++;
    if (shim_state.wrong >= MAX_TRIES) return PIN_LOCKED;
    Value answer = ((Login)real->functions[LOGIN])(session, user, pin, size);
    if (answer == PIN_INCORRECT) shim_state.wrong++;
    if (answer == OK) shim_state.wrong = 0;
    return answer;
}

static Value sign(Value session, unsigned char *data, Value size, unsigned char *out, Value *room) {
    unsigned char changed[1024];
    if (shim_state.wait_ms) {
        struct timespec time = {shim_state.wait_ms / 1000, shim_state.wait_ms % 1000 * 1000000L};
        nanosleep(&time, NULL);
    }
    if (shim_state.fail_times > 0) {
        shim_state.fail_times--;
        /* A failure ends what was begun. */
        ((Sign)real->functions[SIGN])(session, data, size, out, room);
        return shim_state.fail_with;
    }
    if (shim_state.lie && size <= sizeof changed) {
        memcpy(changed, data, size);
        changed[size - 1] ^= 1;
        data = changed;
    }
    Value answer = ((Sign)real->functions[SIGN])(session, data, size, out, room);
    if (answer == OK && out) *room -= (Value)shim_state.shorten;
    return answer;
}

static Value mechanisms(Value slot, Value *list, Value *count) {
    Value answer = ((Mechanisms)real->functions[GET_MECHANISM_LIST])(slot, list, count);
    for (Value i = 0; answer == OK && list && shim_state.hidden && i < *count; i++)
        if (list[i] == shim_state.hidden) list[i] = list[0];
    return answer;
}

Value C_GetFunctionList(List **list) {
    const char *path = getenv("PKCS11_SHIM_MODULE");
    void *module = path ? dlopen(path, RTLD_NOW) : NULL;
    GetList get_list = module ? (GetList)dlsym(module, "C_GetFunctionList") : NULL;
    if (!get_list || get_list(&real) != OK) return GENERAL_ERROR;
    own = *real;
    own.functions[LOGIN] = (void *)login;
    own.functions[SIGN] = (void *)sign;
    own.functions[GET_MECHANISM_LIST] = (void *)mechanisms;
    own.functions[GET_FUNCTION_LIST] = (void *)C_GetFunctionList;
    *list = &own;
    return OK;
}
