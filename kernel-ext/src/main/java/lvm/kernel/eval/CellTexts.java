package lvm.kernel.eval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers where in which cell each snippet stands. */
final class CellTexts {

    /**
     * A line of a cell.
     *
     * @param cell the number of the cell
     * @param line the line, from 1
     * @param text its text
     */
    record Place(int cell, int line, String text) {}

    private record Origin(int cell, int firstLine, List<String> lines) {}

    private final Map<String, Origin> origins = new HashMap<>();

    /** The snippet with this id starts at an offset of a cell's text. */
    void put(String snippetId, int cell, String code, int offset) {
        int line = (int) code.substring(0, offset).lines().count();
        boolean fresh = offset == 0 || code.charAt(offset - 1) == '\n';
        int firstLine = fresh ? line : line - 1;
        origins.put(snippetId, new Origin(cell, firstLine, code.lines().toList()));
    }

    /** The place of a line, counted from 1, of a snippet. */
    Optional<Place> place(String snippetId, int line) {
        Origin origin = origins.get(snippetId);
        if (origin == null) {
            return Optional.empty();
        }
        int index = origin.firstLine() + line - 1;
        String text =
                index >= 0 && index < origin.lines().size() ? origin.lines().get(index) : "";
        return Optional.of(new Place(origin.cell(), index + 1, text));
    }
}
