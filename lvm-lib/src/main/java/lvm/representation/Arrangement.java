package lvm.representation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import lvm.linalg.Interrupts;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;

/**
 * An arrangement of lines wᵢ · x + bᵢ = 0 in the plane, and its cells: the regions that n binary features of a distributed representation,
 * 1[wᵢ · x + bᵢ &gt; 0], tell apart. The cells are enumerated, one line after the other splitting those that it meets, with exact numbers: no
 * cell is too small, and lines that are parallel, meet in one point or are the same are what they are.
 *
 * <p>Of n hyperplanes in general position in d dimensions there are Σᵢ₌₀ᵈ (n choose i) cells, and never more: T. Zaslavsky (1975).
 */
public final class Arrangement {
    private final int lines;
    private final List<Region> cells;

    private Arrangement(int lines, List<Region> cells) {
        this.lines = lines;
        this.cells = cells;
    }

    /**
     * A cell.
     *
     * @param code for each line whether w · x + b is above 0 in it
     * @param polygon the corners in turn, rounded, [corner][coordinate]; of a cell that has no end as far as a square around all corners of the
     *     arrangement goes
     */
    public record Region(List<Boolean> code, double[][] polygon) {}

    /**
     * The arrangement of lines.
     *
     * @param weights n×2, the w of a line a row; not modified
     * @param bias the n numbers b
     * @return the arrangement
     * @throws IllegalArgumentException if the shapes do not fit, a number is not finite or a w is 0
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static Arrangement of(DMatrixRMaj weights, double... bias) {
        String where = "Arrangement.of";
        Require.finiteRows(where, "the weights", weights, 2);
        if (bias.length != weights.numRows) {
            throw new IllegalArgumentException(
                    where + ": " + bias.length + " biases, expected " + weights.numRows + ", one for each line");
        }
        List<Plane.Line> lines = new ArrayList<>();
        for (int i = 0; i < bias.length; i++) {
            if (!Double.isFinite(bias[i]) || weights.get(i, 0) == 0 && weights.get(i, 1) == 0) {
                throw new IllegalArgumentException(where + ": line " + i + " (counted from 0) is " + weights.get(i, 0)
                        + " x + " + weights.get(i, 1) + " y + " + bias[i] + " = 0, which is none");
            }
            lines.add(Plane.Line.of(weights.get(i, 0), weights.get(i, 1), bias[i]));
        }
        List<Region> regions = new ArrayList<>();
        BigDecimal reach = reach(lines);
        split(
                where,
                lines,
                0,
                Plane.Cell.box(reach.negate(), reach, reach.negate(), reach),
                new ArrayList<>(),
                regions);
        return new Arrangement(bias.length, List.copyOf(regions));
    }

    /** Half the side of a square with all corners within, which each line crosses. */
    private static BigDecimal reach(List<Plane.Line> lines) {
        BigDecimal reach = BigDecimal.ONE;
        for (int i = 0; i < lines.size(); i++) {
            Plane.Line line = lines.get(i);
            // the foot of the perpendicular from 0
            BigDecimal square = line.a().multiply(line.a()).add(line.b().multiply(line.b()));
            BigDecimal back = line.c().negate();
            reach = reach.max(new Plane.Point(back.multiply(line.a()), back.multiply(line.b()), square).reach());
            for (int j = 0; j < i; j++) {
                if (!line.parallel(lines.get(j))) {
                    reach = reach.max(line.meets(lines.get(j)).reach());
                }
            }
        }
        return reach;
    }

    private static void split(
            String where, List<Plane.Line> lines, int next, Plane.Cell cell, List<Boolean> code, List<Region> into) {
        if (next == lines.size()) {
            into.add(new Region(List.copyOf(code), cell.polygon()));
            return;
        }
        Interrupts.check(where);
        for (int sign : new int[] {-1, 1}) {
            Plane.Cell part = cell.side(lines.get(next), sign);
            if (part != null) {
                code.add(sign > 0);
                split(where, lines, next + 1, part, code, into);
                code.remove(next);
            }
        }
    }

    /** {@return the number of lines, n} */
    public int lines() {
        return lines;
    }

    /** {@return the number of cells, exact} */
    public int count() {
        return cells.size();
    }

    /** {@return the cells, each with a code of its own} */
    public List<Region> cells() {
        return cells;
    }

    /**
     * The number of cells of hyperplanes in general position, Σᵢ₌₀ᵈ (n choose i): 2ⁿ for n ≤ d.
     *
     * @param hyperplanes n, at least 0
     * @param dimensions d, at least 1
     * @return the number, exact
     * @throws IllegalArgumentException if a number is less
     */
    public static BigInteger zaslavsky(int hyperplanes, int dimensions) {
        Require.atLeast("Arrangement.zaslavsky", "hyperplanes", 0, hyperplanes);
        Require.atLeast("Arrangement.zaslavsky", "dimensions", 1, dimensions);
        BigInteger sum = BigInteger.ZERO;
        BigInteger choose = BigInteger.ONE;
        for (int i = 0; i <= Math.min(hyperplanes, dimensions); i++) {
            sum = sum.add(choose);
            choose = choose.multiply(BigInteger.valueOf(hyperplanes - i)).divide(BigInteger.valueOf(i + 1));
        }
        return sum;
    }
}
