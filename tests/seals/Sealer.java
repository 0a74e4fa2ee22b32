import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Signs a file as BouncyCastle does: Sealer (cms|ses) folder algorithm seconds. */
public class Sealer {
    static Path folder;

    static byte[] read(String name) throws Exception {
        return Files.readAllBytes(folder.resolve(name));
    }

    static PrivateKey key(String name, String kind) throws Exception {
        return KeyFactory.getInstance(kind, "BC").generatePrivate(new PKCS8EncodedKeySpec(read(name)));
    }

    static X509Certificate certificate(String name) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new ByteArrayInputStream(read(name)));
    }

    static DERSequence sequence(ASN1Encodable... parts) {
        return new DERSequence(parts);
    }

    static DERBitString signed(ASN1Encodable what, PrivateKey key) throws Exception {
        Signature signature = Signature.getInstance("SM3withSM2", "BC");
        signature.initSign(key);
        signature.update(what.toASN1Primitive().getEncoded("DER"));
        return new DERBitString(signature.sign());
    }

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        folder = Path.of(args[1]);
        Date at = new Date(Long.parseLong(args[3]) * 1000);
        if (args[0].equals("cms")) {
            cms(args[2]);
        } else {
            ses(at);
        }
    }

    static void cms(String algorithm) throws Exception {
        X509Certificate own = certificate("signer.der");
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
            new JcaSignerInfoGeneratorBuilder(
                    new JcaDigestCalculatorProviderBuilder().setProvider("BC").build())
                .build(
                    new JcaContentSignerBuilder(algorithm).setProvider("BC")
                        .build(key("signer.key", "EC")),
                    own));
        generator.addCertificates(new JcaCertStore(List.of(own)));
        byte[] made =
            generator.generate(new CMSProcessableByteArray(read("content")), false).getEncoded();
        Files.write(folder.resolve("out"), made);
    }

    static void ses(Date at) throws Exception {
        DEROctetString signer = new DEROctetString(read("signer.der"));
        DEROctetString maker = new DEROctetString(read("maker.der"));
        ASN1ObjectIdentifier sm2 = new ASN1ObjectIdentifier("1.2.156.10197.1.501");
        long day = 86400L * 1000;
        ASN1Encodable info = sequence(
            sequence(new DERIA5String("ES"), new ASN1Integer(4), new DERIA5String("BC")),
            new DERIA5String("BC-1"),
            sequence(
                new ASN1Integer(1),
                new DERUTF8String("某市行政审批局公章"),
                new ASN1Integer(1),
                sequence(signer),
                new ASN1GeneralizedTime(new Date(at.getTime() - day)),
                new ASN1GeneralizedTime(new Date(at.getTime() - day)),
                new ASN1GeneralizedTime(new Date(at.getTime() + day))),
            sequence(new DERIA5String("PNG"), new DEROctetString(new byte[100]),
                new ASN1Integer(40), new ASN1Integer(40)));
        DERSequence seal = sequence(info, maker, sm2, signed(info, key("maker.key", "EC")));
        byte[] content = read("content");
        byte[] digest = new byte[32];
        SM3Digest sm3 = new SM3Digest();
        sm3.update(content, 0, content.length);
        sm3.doFinal(digest, 0);
        DERSequence tbs = sequence(new ASN1Integer(4), seal, new ASN1GeneralizedTime(at),
            new DERBitString(digest), new DERIA5String("/Doc_0/Signs/Sign_0/Signature.xml"));
        DERSequence whole = sequence(tbs, signer, sm2, signed(tbs, key("signer.key", "EC")));
        Files.write(folder.resolve("out"), whole.getEncoded("DER"));
    }
}
