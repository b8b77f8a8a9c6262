package lvm.representation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Exact geometry of the plane: lines a x + b y + c = 0 with decimal numbers, of which every float and double is one, and convex cells. */
final class Plane {
    private Plane() {}

    /** The line a x + b y + c = 0; a function of the point where a and b may both be 0. */
    record Line(BigDecimal a, BigDecimal b, BigDecimal c) {
        static Line of(double a, double b, double c) {
            return new Line(new BigDecimal(a), new BigDecimal(b), new BigDecimal(c));
        }

        boolean isConstant() {
            return a.signum() == 0 && b.signum() == 0;
        }

        /** The sign of a x + b y + c at a point. */
        int sign(Point p) {
            return a.multiply(p.x).add(b.multiply(p.y)).add(c.multiply(p.w)).signum();
        }

        Line plus(BigDecimal factor, Line other) {
            return new Line(
                    a.add(factor.multiply(other.a)), b.add(factor.multiply(other.b)), c.add(factor.multiply(other.c)));
        }

        /** Two functions are equal if they are so as numbers: 1.0 is 1. */
        Line normal() {
            return new Line(a.stripTrailingZeros(), b.stripTrailingZeros(), c.stripTrailingZeros());
        }

        /** Where two lines that are not parallel meet. */
        Point meets(Line other) {
            BigDecimal x = b.multiply(other.c).subtract(other.b.multiply(c));
            BigDecimal y = other.a.multiply(c).subtract(a.multiply(other.c));
            BigDecimal w = a.multiply(other.b).subtract(other.a.multiply(b));
            return w.signum() > 0 ? new Point(x, y, w) : new Point(x.negate(), y.negate(), w.negate());
        }

        boolean parallel(Line other) {
            return a.multiply(other.b).compareTo(other.a.multiply(b)) == 0;
        }
    }

    /** The point (x/w, y/w) with w above 0. */
    record Point(BigDecimal x, BigDecimal y, BigDecimal w) {
        double[] doubles() {
            MathContext digits = MathContext.DECIMAL64;
            return new double[] {
                x.divide(w, digits).doubleValue(), y.divide(w, digits).doubleValue()
            };
        }

        /** A whole number that is farther from 0 than both coordinates. */
        BigDecimal reach() {
            return x.abs().max(y.abs()).divide(w, 0, RoundingMode.UP).add(BigDecimal.ONE);
        }
    }

    /** A convex cell: its edges in turn, of which each meets the one before at the corner of its number. */
    record Cell(List<Line> edges, List<Point> corners) {
        static Cell box(BigDecimal left, BigDecimal right, BigDecimal bottom, BigDecimal top) {
            BigDecimal one = BigDecimal.ONE;
            BigDecimal zero = BigDecimal.ZERO;
            List<Line> edges = List.of(
                    new Line(zero, one, bottom.negate()),
                    new Line(one, zero, right.negate()),
                    new Line(zero, one, top.negate()),
                    new Line(one, zero, left.negate()));
            return of(edges);
        }

        private static Cell of(List<Line> edges) {
            List<Point> corners = new ArrayList<>();
            for (int k = 0; k < edges.size(); k++) {
                corners.add(edges.get((k + edges.size() - 1) % edges.size()).meets(edges.get(k)));
            }
            return new Cell(edges, corners);
        }

        /** What of the cell has the sign of the line within; null where that is nothing, the cell itself where it is all. */
        Cell side(Line line, int sign) {
            int n = edges.size();
            int[] at = new int[n];
            boolean some = false;
            boolean others = false;
            for (int k = 0; k < n; k++) {
                at[k] = sign * line.sign(corners.get(k));
                some |= at[k] > 0;
                others |= at[k] < 0;
            }
            if (!some) {
                return null;
            }
            if (!others) {
                return this;
            }
            // Edge k runs from corner k to corner k + 1: it is kept where it has a point on the side.
            List<Line> kept = new ArrayList<>();
            for (int k = 0; k < n; k++) {
                int next = at[(k + 1) % n];
                if (at[k] > 0 || next > 0) {
                    kept.add(edges.get(k));
                }
                if (at[k] > 0 && next <= 0) {
                    kept.add(line);
                }
            }
            return of(kept);
        }

        double[][] polygon() {
            return corners.stream().map(Point::doubles).toArray(double[][]::new);
        }
    }
}
