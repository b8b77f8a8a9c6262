package lvm.kernel.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;

/** Matrices and arrays of numbers: the outer rows and columns, type and shape below; as LaTeX on request. */
final class MatrixRenderer {
    private static final int DIGITS = 5;
    /** A formula of more rows or columns than this is elided: it would not fit on a page. */
    private static final int LATEX_LIMIT = 10;

    private MatrixRenderer() {}

    static Bundle render(Numbers numbers, Set<String> wanted) {
        Grid grid = grid(numbers);
        Bundle bundle = Bundle.text(grid.text());
        if (wanted.contains(Renderers.HTML)) {
            bundle.data().put(Renderers.HTML, grid.html());
        }
        if (wanted.contains(Renderers.LATEX)) {
            bundle.data().put(Renderers.LATEX, latex(numbers));
        }
        return bundle;
    }

    private static String caption(Numbers numbers) {
        String shape = numbers.vector() ? "length " + numbers.columns() : numbers.rows() + "×" + numbers.columns();
        return numbers.type() + " " + shape + ", " + numbers.element();
    }

    private static Grid grid(Numbers numbers) {
        int[] rows = Grid.shown(numbers.rows(), Renderers.maxRows());
        List<String> labels = new ArrayList<>();
        for (int i : rows) {
            labels.add(numbers.vector() ? "" : i < 0 ? "⋮" : Integer.toString(i));
        }
        Grid grid = new Grid(caption(numbers), labels);
        int[] columns = Grid.shown(numbers.columns(), Renderers.maxColumns());
        for (int j : columns) {
            if (j < 0) {
                List<String> dots = new ArrayList<>();
                for (int i : rows) {
                    dots.add(i < 0 ? "⋱" : "⋯");
                }
                grid.add(new Grid.Column("⋯", "", false, dots));
            } else {
                grid.add(new Grid.Column(Integer.toString(j), "", true, cells(numbers, rows, j, "⋮")));
            }
        }
        return grid;
    }

    /** One column's numbers, written alike; where a ragged row has ended stands an empty text. */
    private static List<String> cells(Numbers numbers, int[] rows, int column, String dots) {
        double[] values = new double[rows.length];
        boolean[] there = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Double value = rows[i] < 0 ? null : numbers.cells().at(rows[i], column);
            there[i] = value != null;
            values[i] = there[i] ? value : Double.NaN;
        }
        List<String> cells = Numbers.format(values, DIGITS);
        for (int i = 0; i < rows.length; i++) {
            if (!there[i]) {
                cells.set(i, rows[i] < 0 ? dots : "");
            }
        }
        return cells;
    }

    private static String latex(Numbers numbers) {
        int[] rows = Grid.shown(numbers.rows(), LATEX_LIMIT);
        int[] columns = Grid.shown(numbers.columns(), LATEX_LIMIT);
        List<List<String>> texts = new ArrayList<>();
        for (int j : columns) {
            if (j < 0) {
                List<String> dots = new ArrayList<>();
                for (int i : rows) {
                    dots.add(i < 0 ? "\\ddots" : "\\cdots");
                }
                texts.add(dots);
            } else {
                texts.add(cells(numbers, rows, j, "\\vdots").stream()
                        .map(MatrixRenderer::latexNumber)
                        .toList());
            }
        }
        StringBuilder latex = new StringBuilder("$$\\begin{bmatrix}\n");
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                latex.append(j == 0 ? "" : " & ").append(texts.get(j).get(i));
            }
            latex.append(" \\\\\n");
        }
        return latex.append("\\end{bmatrix}$$").toString();
    }

    private static String latexNumber(String number) {
        if (number.equals("NaN")) {
            return "\\mathrm{NaN}";
        }
        int e = number.startsWith("\\") ? -1 : number.indexOf('e');
        if (e > 0) {
            return number.substring(0, e) + " \\cdot 10^{" + Integer.parseInt(number.substring(e + 1)) + "}";
        }
        return number.replace("∞", "\\infty");
    }
}
