package lvm.plot;

import java.awt.Rectangle;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Lines in the coordinates of a screen, of which what can not be seen is left out. */
final class Lines {
    private Lines() {}

    /** Lines of more points are thinned to what can be seen of them. */
    static final int MANY = 2000;

    /** Nothing is left out. */
    static final int ALL = 0;

    /** The width of a column within which only the first, the lowest, the highest and the last place are joined. */
    static final double COLUMN = 0.5;

    /** Pieces that are drawn at once: many that cross, or lie close, are drawn several times faster in small paths than in one. */
    static final int PATH = 20;

    /** How far outside a line is still drawn: more than half of the widest line. */
    private static final double BESIDE = 50;

    /**
     * The paths along places, one for all of them unless pieces are left out. Of many that follow each other in one column those
     * are joined that show the same.
     *
     * @param starts for each place whether a new piece begins there
     * @param every of the straight pieces only one in so many is drawn; 1 for all that can be seen, ALL for all
     * @param clip what can be seen, null if that is not known
     */
    static List<Path2D> paths(double[] x, double[] y, boolean[] starts, int every, Rectangle clip) {
        return paths(x, y, starts, every, clip, every > 1 ? PATH : Integer.MAX_VALUE);
    }

    /**
     * The same in several paths, of which each begins where the one before ends.
     *
     * @param pieces the most straight pieces of a path
     */
    static List<Path2D> paths(double[] x, double[] y, boolean[] starts, int every, Rectangle clip, int pieces) {
        Pen pen = new Pen(clip, pieces);
        int n = x.length;
        if (every > 1) {
            for (int i = 0; i + 1 < n; i += every) {
                if (!starts[i + 1]) {
                    pen.to(x[i], y[i], true);
                    pen.to(x[i + 1], y[i + 1], false);
                }
            }
            return pen.paths;
        }
        int i = 0;
        while (i < n) {
            int end = i + 1;
            int low = i;
            int high = i;
            double column = Math.floor(x[i] / COLUMN);
            while (n > MANY && every != ALL && end < n && !starts[end] && Math.floor(x[end] / COLUMN) == column) {
                low = y[end] < y[low] ? end : low;
                high = y[end] > y[high] ? end : high;
                end++;
            }
            pen.to(x[i], y[i], starts[i]);
            for (int k : new int[] {Math.min(low, high), Math.max(low, high), end - 1}) {
                if (k > i) {
                    pen.to(x[k], y[k], false);
                }
            }
            i = end;
        }
        return pen.paths;
    }

    /** The places that are joined with no other. */
    static int[] alone(boolean[] starts) {
        return IntStream.range(0, starts.length)
                .filter(i -> starts[i] && (i + 1 == starts.length || starts[i + 1]))
                .toArray();
    }

    /** Draws to places; of what is far outside only the ends that come near are kept, so that dashes have an end too. */
    private static final class Pen {
        final List<Path2D> paths = new ArrayList<>();
        private final int most;
        private final Rectangle2D near;
        private Path2D.Double path = new Path2D.Double();
        private double x;
        private double y;
        private boolean down;
        private int pieces;

        Pen(Rectangle clip, int most) {
            this.most = most;
            paths.add(path);
            near = clip == null
                    ? null
                    : new Rectangle2D.Double(
                            clip.x - BESIDE, clip.y - BESIDE, clip.width + 2 * BESIDE, clip.height + 2 * BESIDE);
        }

        void to(double toX, double toY, boolean start) {
            if (!start) {
                Line2D.Double piece = new Line2D.Double(x, y, toX, toY);
                if (near == null || near.contains(x, y) && near.contains(toX, toY) || cut(piece)) {
                    if (pieces == most) {
                        path = new Path2D.Double();
                        paths.add(path);
                        pieces = 0;
                        down = false;
                    }
                    pieces++;
                    if (!down || piece.x1 != x || piece.y1 != y) {
                        path.moveTo(piece.x1, piece.y1);
                    }
                    path.lineTo(piece.x2, piece.y2);
                    down = piece.x2 == toX && piece.y2 == toY;
                } else {
                    down = false;
                }
            } else {
                down = false;
            }
            x = toX;
            y = toY;
        }

        /** Shortens a piece to the part of it that is near, by Liang and Barsky; false if there is none. */
        private boolean cut(Line2D.Double piece) {
            double dx = piece.x2 - piece.x1;
            double dy = piece.y2 - piece.y1;
            double from = 0;
            double to = 1;
            double[][] sides = {
                {-dx, piece.x1 - near.getMinX()},
                {dx, near.getMaxX() - piece.x1},
                {-dy, piece.y1 - near.getMinY()},
                {dy, near.getMaxY() - piece.y1}
            };
            for (double[] side : sides) {
                if (side[0] == 0 && side[1] < 0) {
                    return false;
                }
                double t = side[1] / side[0];
                if (side[0] < 0) {
                    from = Math.max(from, t);
                } else if (side[0] > 0) {
                    to = Math.min(to, t);
                }
            }
            if (!(from <= to)) {
                return false;
            }
            double x1 = piece.x1;
            double y1 = piece.y1;
            if (to < 1) {
                piece.x2 = x1 + to * dx;
                piece.y2 = y1 + to * dy;
            }
            if (from > 0) {
                piece.x1 = x1 + from * dx;
                piece.y1 = y1 + from * dy;
            }
            return true;
        }
    }
}
