package lvm.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import lvm.kernel.wire.Message;

/** The cells of this session, as {@code history_request} asks for them. */
final class SessionHistory {
    private static final int SESSION = 1;

    private record Cell(int number, String code, String output) {}

    private final List<Cell> cells = new ArrayList<>();

    /** Adds a cell; the output is the plain text of its value, or null. */
    synchronized void add(int number, String code, String output) {
        cells.add(new Cell(number, code, output));
    }

    /** The {@code history} of a reply. */
    synchronized JsonArray answer(Message request) {
        List<Cell> found = switch (request.text("hist_access_type", "tail")) {
            case "range" -> range(request);
            case "search" -> search(request);
            default -> last(cells, request.number("n", cells.size()));
        };
        boolean output = request.flag("output", false);
        JsonArray history = new JsonArray();
        for (Cell cell : found) {
            JsonArray entry = new JsonArray();
            entry.add(SESSION);
            entry.add(cell.number());
            if (output) {
                JsonArray both = new JsonArray();
                both.add(cell.code());
                both.add(cell.output() == null ? JsonNull.INSTANCE : new JsonPrimitive(cell.output()));
                entry.add(both);
            } else {
                entry.add(cell.code());
            }
            history.add(entry);
        }
        return history;
    }

    /** Only this session is kept; requests call it 0 or by its number. Earlier ones, negative numbers, are empty. */
    private List<Cell> range(Message request) {
        int session = request.number("session", 0);
        if (session != 0 && session != SESSION) {
            return List.of();
        }
        int start = request.number("start", 0);
        int stop = request.number("stop", Integer.MAX_VALUE);
        return cells.stream()
                .filter(cell -> cell.number() >= start && cell.number() < stop)
                .toList();
    }

    private List<Cell> search(Message request) {
        Pattern pattern = glob(request.text("pattern", "*"));
        List<Cell> found = cells.stream()
                .filter(cell -> pattern.matcher(cell.code()).matches())
                .toList();
        if (request.flag("unique", false)) {
            Map<String, Cell> latest = new LinkedHashMap<>();
            for (Cell cell : found) {
                latest.remove(cell.code());
                latest.put(cell.code(), cell);
            }
            found = List.copyOf(latest.values());
        }
        return last(found, request.number("n", found.size()));
    }

    private static List<Cell> last(List<Cell> from, int n) {
        return from.subList(Math.max(0, from.size() - Math.max(0, n)), from.size());
    }

    /** A shell pattern with *, ? and [sets] that stands for the whole text. */
    static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (end > 0) {
                boolean not = glob.charAt(i + 1) == '!' || glob.charAt(i + 1) == '^';
                String set = glob.substring(i + (not ? 2 : 1), end).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
                regex.append(not ? "[^" : "[").append(set).append(']');
                i = end;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
