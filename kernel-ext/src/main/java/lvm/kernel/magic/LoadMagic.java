package lvm.kernel.magic;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;

/** {@code %load}: runs a file of Java or the cells of a notebook, magics included. */
final class LoadMagic implements Magic {
    private static final int DEPTH = 10;

    private final Evaluator evaluator;
    private int depth;

    /** Files are run by the evaluator. */
    LoadMagic(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    @Override
    public List<String> forms() {
        return List.of("%load file    runs a .jshell or .java file, or the cells of a notebook");
    }

    @Override
    public Object run(Use use) throws MagicException, CellException {
        Path file = CellFiles.existing(use.name(), use.onlyWord("a file"));
        if (depth == DEPTH) {
            throw new MagicException("%load: " + file + " loads itself");
        }
        String text = CellFiles.read(file);
        List<String> cells = file.toString().endsWith(".ipynb") ? cells(file, text) : List.of(text);
        Object value = null;
        depth++;
        try {
            for (String each : cells) {
                value = evaluator.evaluate(each, use.cell()).orElse(null);
            }
        } catch (CellException e) {
            List<String> lines = new ArrayList<>(e.traceback());
            lines.add("    in \u001b[1m" + file.getFileName() + "\u001b[0m, where lines are counted"
                    + (cells.size() > 1 ? " within each of its cells" : ""));
            throw new CellException(e.name(), e.getMessage(), lines, e.getCause());
        } finally {
            depth--;
        }
        return value;
    }

    private static List<String> cells(Path file, String text) throws MagicException {
        List<String> cells = new ArrayList<>();
        try {
            for (JsonElement each :
                    JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cells")) {
                JsonObject cell = each.getAsJsonObject();
                if (cell.get("cell_type").getAsString().equals("code")) {
                    JsonElement source = cell.get("source");
                    cells.add(
                            source instanceof JsonArray lines
                                    ? lines.asList().stream()
                                            .map(JsonElement::getAsString)
                                            .collect(Collectors.joining())
                                    : source.getAsString());
                }
            }
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new MagicException("%load: " + file + " is not a notebook");
        }
        return cells;
    }
}
