package lvm.kernel;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import lvm.kernel.wire.ConnectionFile;
import lvm.kernel.wire.Message;

/**
 * A short life of a kernel without a front end. Whoever installs a kernel lets the virtual machine note which classes are loaded
 * in it (an archive of class data), which then need neither be read nor verified at each start.
 */
final class Rehearsal {
    /** What most sessions begin with: values, variables, methods, classes, output, errors, a matrix. */
    private static final List<String> CELLS = List.of(
            "1 + 1",
            "int n = 3;\ndouble[] x = {1, 2};\nx[0] = n;\nx",
            "var list = new ArrayList<>(List.of(1, 2));\nfor (int i : list) System.out.println(i);\nlist",
            "class Point { double x; Point(double x) { this.x = x; } }\nrecord Pair(int a, String b) { }\nnew Pair(1, \"b\")",
            "int twice(int a) { return 2 * a; }\nIntStream.range(0, 3).map(i -> twice(i)).boxed().toList()",
            "new DMatrixRMaj(2, 2)",
            "import java.awt.Color;\nint twice(int a) { return a + a; }\ndisplay(twice(2));",
            "unknown + 1",
            "throw new IllegalStateException(\"rehearsed\")");

    private Rehearsal() {}

    /** Addresses of sockets that nobody knows. */
    static ConnectionFile addresses() {
        return new ConnectionFile("tcp", "127.0.0.1", 0, 0, 0, 0, 0, "rehearsal", "hmac-sha256");
    }

    /** What a front end would ask, up to the end of the kernel. */
    static List<Message> requests() {
        List<Message> requests = new ArrayList<>();
        requests.add(request(0, "kernel_info_request", new JsonObject()));
        for (String cell : CELLS) {
            JsonObject content = Contents.object("code", cell);
            content.addProperty("stop_on_error", false);
            requests.add(request(requests.size(), "execute_request", content));
        }
        requests.add(request(requests.size(), "shutdown_request", new JsonObject()));
        return requests;
    }

    private static Message request(int number, String type, JsonObject content) {
        JsonObject header = Contents.object("msg_type", type);
        header.addProperty("msg_id", "rehearsal-" + number);
        header.addProperty("session", "rehearsal");
        header.addProperty("version", "5.5");
        return new Message(List.of(new byte[] {1}), header, new JsonObject(), new JsonObject(), content, List.of());
    }
}
