import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultCMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * In the folder given: judges the certificates and each *.p7s over "data", printing one
 * line for each, then signs "data" in both dialects, with attributes and without.
 */
public class Sm2Judge {
    static final ASN1ObjectIdentifier SM2_DATA =
        new ASN1ObjectIdentifier("1.2.156.10197.6.1.4.2.1");
    static final ASN1ObjectIdentifier SM2_SIGNED_DATA =
        new ASN1ObjectIdentifier("1.2.156.10197.6.1.4.2.2");

    static Path folder;
    static DigestCalculatorProvider digests;

    /** "SM2-1", which GB/T 35275 messages name, is not in the library's table. */
    static class Names extends DefaultCMSSignatureAlgorithmNameGenerator {
        @Override
        public String getSignatureName(AlgorithmIdentifier digest, AlgorithmIdentifier how) {
            if (how.getAlgorithm().getId().equals("1.2.156.10197.1.301.1")
                && digest.getAlgorithm().equals(GMObjectIdentifiers.sm3)) {
                return "SM3WITHSM2";
            }
            return super.getSignatureName(digest, how);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        folder = Path.of(arguments[0]);
        digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        X509CertificateHolder leaf = certificate("leaf");
        X509CertificateHolder middle = certificate("middle");
        X509CertificateHolder root = certificate("root");
        System.out.println("leaf " + leaf.isSignatureValid(keyOf(middle)));
        System.out.println("middle " + middle.isSignatureValid(keyOf(root)));
        System.out.println("root " + root.isSignatureValid(keyOf(middle)));
        byte[] data = Files.readAllBytes(folder.resolve("data"));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.p7s")) {
            for (Path path : found) {
                System.out.println(path.getFileName() + " " + verdict(path, data, leaf));
            }
        }
        for (String dialect : List.of("cades", "gbt35275")) {
            for (boolean bare : new boolean[] {false, true}) {
                String name = "theirs-" + dialect + (bare ? "-bare" : "");
                Files.write(folder.resolve(name), sign(data, dialect, bare, leaf, middle));
            }
        }
    }

    static X509CertificateHolder certificate(String name) throws Exception {
        return new X509CertificateHolder(Files.readAllBytes(folder.resolve(name + ".der")));
    }

    static ContentVerifierProvider keyOf(X509CertificateHolder issuer) throws Exception {
        return new JcaContentVerifierProviderBuilder().setProvider("BC").build(issuer);
    }

    static String verdict(Path path, byte[] data, X509CertificateHolder leaf) {
        try {
            ContentInfo info = ContentInfo.getInstance(Files.readAllBytes(path));
            CMSSignedData message = new CMSSignedData(new CMSProcessableByteArray(data), info);
            SignerInformation signer = message.getSignerInfos().iterator().next();
            if (!message.getCertificates().getMatches(signer.getSID()).contains(leaf)) {
                return "another certificate";
            }
            boolean good = signer.verify(new SignerInformationVerifier(
                new Names(), new DefaultSignatureAlgorithmIdentifierFinder(), keyOf(leaf), digests));
            return String.valueOf(good);
        } catch (Exception error) {
            return "refused: " + error.getMessage();
        }
    }

    static byte[] sign(
        byte[] data, String dialect, boolean bare, X509CertificateHolder... chain)
        throws Exception {
        boolean national = dialect.equals("gbt35275");
        PrivateKey key = KeyFactory.getInstance("EC", "BC").generatePrivate(
            new PKCS8EncodedKeySpec(Files.readAllBytes(folder.resolve("key.der"))));
        byte[] taken = MessageDigest.getInstance("SM3", "BC").digest(chain[0].getEncoded());
        ESSCertIDv2 binding =
            new ESSCertIDv2(new AlgorithmIdentifier(GMObjectIdentifiers.sm3), taken);
        Hashtable<ASN1ObjectIdentifier, Attribute> more = new Hashtable<>();
        more.put(
            PKCSObjectIdentifiers.id_aa_signingCertificateV2,
            new Attribute(
                PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                new DERSet((ASN1Encodable) new SigningCertificateV2(binding))));
        JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(digests);
        builder.setDirectSignature(bare);
        builder.setSignedAttributeGenerator(
            new DefaultSignedAttributeTableGenerator(new AttributeTable(more)));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(builder.build(
            new JcaContentSignerBuilder("SM3WITHSM2").setProvider("BC").build(key), chain[0]));
        for (X509CertificateHolder each : chain) {
            generator.addCertificate(each);
        }
        ASN1ObjectIdentifier type = national ? SM2_DATA : PKCSObjectIdentifiers.data;
        ContentInfo made = generator
            .generate(new CMSProcessableByteArray(type, data), false)
            .toASN1Structure();
        ASN1ObjectIdentifier outer =
            national ? SM2_SIGNED_DATA : PKCSObjectIdentifiers.signedData;
        return new ContentInfo(outer, made.getContent()).getEncoded(ASN1Encoding.DER);
    }
}
