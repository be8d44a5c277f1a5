import java.io.*;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.*;
import org.apache.logging.log4j.*;

/** fulfil: takes orders from a queue in Redis, one after the other, and books a parcel for each. An order that fails goes back to the head of the queue. */
public class Fulfil {
    static final Logger LOG = LogManager.getLogger("com.example.fulfil.Worker");
    static final double SPEED = Double.parseDouble(System.getenv("LAB_SPEED"));
    static final Pattern FIELD = Pattern.compile("\"(order|weight)\": \"?([^\",}]*)");
    static InputStream in;
    static OutputStream out;

    static String line() throws IOException {
        ByteArrayOutputStream b = new ByteArrayOutputStream();
        for (int c; (c = in.read()) != '\r'; ) {
            if (c < 0) throw new EOFException("connection closed");
            b.write(c);
        }
        in.read();
        return b.toString(StandardCharsets.UTF_8);
    }

    static String redis(String... words) throws IOException {
        StringBuilder s = new StringBuilder("*" + words.length + "\r\n");
        for (String w : words) s.append("$").append(w.getBytes(StandardCharsets.UTF_8).length).append("\r\n").append(w).append("\r\n");
        out.write(s.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
        String head = line();
        if (head.startsWith("$")) return head.equals("$-1") ? null : line();
        return head.substring(1);
    }

    static void nap(double seconds) throws InterruptedException {
        Thread.sleep((long) (seconds * 1000 / SPEED));
    }

    static void book(String job) {
        String order = null, weight = null;
        for (Matcher m = FIELD.matcher(job); m.find(); )
            if (m.group(1).equals("order")) order = m.group(2);
            else weight = m.group(2);
        long grams = Math.round(Double.parseDouble(weight) * 1000);
        LOG.info("Parcel booked for order {} weight={}g carrier={}", order, grams, grams > 3000 ? "freight" : "letterpost");
    }

    public static void main(String[] args) throws Exception {
        Socket s = new Socket("127.0.0.1", 16379);
        in = new BufferedInputStream(s.getInputStream());
        out = s.getOutputStream();
        LOG.info("Worker ready, queue fulfil holds {} orders", redis("LLEN", "fulfil"));
        for (long n = 1; ; n++) {
            String job = redis("LPOP", "fulfil");
            if (job == null) {
                nap(1);
                continue;
            }
            try {
                book(job);
                nap(0.4);
            } catch (RuntimeException e) {
                LOG.warn("Order not booked, back to the queue", e);
                redis("LPUSH", "fulfil", job);
                nap(5);
            }
            if (n % 60 == 0) LOG.info("Queue fulfil holds {} orders", redis("LLEN", "fulfil"));
            if (n % 75 == 20) LOG.warn("Carrier letterpost answered after {} ms", 900 + n % 400);
        }
    }
}
