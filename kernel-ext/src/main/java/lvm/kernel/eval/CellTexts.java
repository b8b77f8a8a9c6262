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

    /**
     * Where a part of a cell begins.
     *
     * @param cell the number of the cell
     * @param code its text
     * @param offset where in it the part begins
     * @param source the part
     */
    record Start(int cell, String code, int offset, String source) {

        /** The place of a line, counted from 1, of the part. */
        Place line(int number) {
            int line = (int) code.substring(0, offset).lines().count();
            boolean fresh = offset == 0 || code.charAt(offset - 1) == '\n';
            int index = (fresh ? line : line - 1) + number - 1;
            List<String> lines = code.lines().toList();
            return new Place(cell, index + 1, index >= 0 && index < lines.size() ? lines.get(index) : "");
        }
    }

    private final Map<String, Start> starts = new HashMap<>();

    /** The snippet with this id starts here. */
    void put(String snippetId, Start start) {
        starts.put(snippetId, start);
    }

    /** The place of a line, counted from 1, of a snippet. */
    Optional<Place> place(String snippetId, int line) {
        return Optional.ofNullable(starts.get(snippetId)).map(start -> start.line(line));
    }
}
