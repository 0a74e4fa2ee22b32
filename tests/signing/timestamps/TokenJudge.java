import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.encoders.Hex;

/** Says of each token whether BouncyCastle accepts it, and over what: certificate, tokens. */
class TokenJudge {
    public static void main(String[] files) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        var by = new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC")
            .build(new X509CertificateHolder(Files.readAllBytes(Path.of(files[0]))));
        for (int at = 1; at < files.length; at++) {
            try {
                var token = new TimeStampToken(new CMSSignedData(Files.readAllBytes(Path.of(files[at]))));
                token.validate(by);
                var info = token.getTimeStampInfo();
                System.out.println("good " + info.getMessageImprintAlgOID()
                    + " " + Hex.toHexString(info.getMessageImprintDigest()));
            } catch (TSPException | org.bouncycastle.cms.CMSException error) {
                System.out.println("bad " + error.getMessage());
            }
        }
    }
}
