// What Bouncy Castle says of evidence records: one line in, one line out.
// A line is: evidence record, the authority's certificate, then the group's documents.

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

public class Judge {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        var digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        var factory = CertificateFactory.getInstance("X.509", "BC");
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] paths = line.split("\t");
            try {
                var record = new ERSEvidenceRecord(Files.readAllBytes(Path.of(paths[0])), digests);
                InputStream der = new ByteArrayInputStream(Files.readAllBytes(Path.of(paths[1])));
                var authority = (X509Certificate) factory.generateCertificate(der);
                List<ERSData> documents = new ArrayList<>();
                for (int i = 2; i < paths.length; i++) {
                    documents.add(new ERSByteData(Files.readAllBytes(Path.of(paths[i]))));
                }
                ERSData data = documents.size() == 1 ? documents.get(0) : new ERSDataGroup(documents);
                record.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(authority));
                record.validatePresent(data, new Date());
                System.out.println("accepted");
            } catch (Exception e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }
}
