package lvm.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.data.MatrixType;

/**
 * A piano roll: time from left to right, pitch from bottom to top, a bar for each note that sounds. Notes of one pitch in frames one after the
 * other are one bar, since held notes and notes that are struck again look alike in a roll. Octaves have a line at each C.
 *
 * <pre>{@code
 * Plots.pianoRoll(rnnRbm.sample(60, 100, rng), Chorales.LOWEST)
 * }</pre>
 */
public final class PianoRoll implements Picture {
    private static final String[] NAMES = {"C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"};
    private static final int LEFT = 34;
    private static final int BELOW = 22;
    private static final int ROW = 6;
    private static final double SOUNDS = .5;

    private final double[][] roll; // frames of pitches
    private final int lowest;
    private final int from; // the lowest pitch that is shown
    private final int to; // the highest
    private final int notes;
    private double frame = 10;

    PianoRoll(Matrix roll, int lowest) {
        if (roll.getNumRows() < 1 || roll.getNumCols() < 1) {
            throw new IllegalArgumentException("Plots.pianoRoll: the roll is " + roll.getNumRows() + "×"
                    + roll.getNumCols() + ", expected at least one frame and one pitch");
        }
        this.lowest = lowest;
        this.roll = new double[roll.getNumRows()][roll.getNumCols()];
        int low = Integer.MAX_VALUE;
        int high = Integer.MIN_VALUE;
        int count = 0;
        for (int t = 0; t < this.roll.length; t++) {
            for (int k = 0; k < this.roll[t].length; k++) {
                double x = at(roll, t, k);
                this.roll[t][k] = x;
                if (x >= SOUNDS) {
                    low = Math.min(low, lowest + k);
                    high = Math.max(high, lowest + k);
                    count += t > 0 && this.roll[t - 1][k] >= SOUNDS ? 0 : 1;
                }
            }
        }
        notes = count;
        from = count == 0 ? lowest : low - 1;
        to = count == 0 ? lowest + this.roll[0].length - 1 : high + 1;
    }

    private static double at(Matrix roll, int t, int k) {
        if (roll.getType() == MatrixType.DDRM) {
            return ((DMatrixRMaj) roll).get(t, k);
        }
        if (roll.getType() == MatrixType.FDRM) {
            return ((FMatrixRMaj) roll).get(t, k);
        }
        throw new IllegalArgumentException(
                "Plots.pianoRoll: a matrix of type " + roll.getType() + ", expected DMatrixRMaj or FMatrixRMaj");
    }

    /**
     * The width of a frame.
     *
     * @param pixels logical pixels, from 1 to 100, by default 10
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public PianoRoll frameWidth(double pixels) {
        if (!(pixels >= 1 && pixels <= 100)) {
            throw new IllegalArgumentException("PianoRoll: frameWidth is " + pixels + ", expected from 1 to 100");
        }
        frame = pixels;
        return this;
    }

    @Override
    public int width() {
        return (int) Math.ceil(LEFT + frame * roll.length + 8);
    }

    @Override
    public int height() {
        return ROW * (to - from + 1) + BELOW + 8;
    }

    static String name(int midi) {
        return NAMES[Math.floorMod(midi, 12)] + (Math.floorDiv(midi, 12) - 1);
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "Piano roll of %d frames: %s",
                roll.length,
                notes == 0 ? "nothing sounds" : notes + " notes from " + name(from + 1) + " to " + name(to - 1));
    }

    @Override
    public String toString() {
        return description();
    }

    @Override
    public void paint(Graphics2D g) {
        Graphics2D own = (Graphics2D) g.create();
        try {
            Font font = PlotTheme.font(PlotTheme.SMALLEST_FONT);
            own.setColor(Palette.GREY);
            for (int midi = from; midi <= to; midi++) {
                if (Math.floorMod(midi, 12) == 0) {
                    double y = top(midi) + ROW;
                    own.fill(new Rectangle2D.Double(LEFT, y - .25, frame * roll.length, .5));
                    Paper.text(name(midi), font).draw(own, 4, (float) y);
                }
            }
            int step = (int) Math.max(4, 4 * Math.ceil(40 / frame / 4));
            for (int t = 0; t < roll.length; t += step) {
                own.fill(new Rectangle2D.Double(LEFT + t * frame - .25, 4, .5, height() - BELOW - 4));
                Paper.text(String.valueOf(t), font).draw(own, (float) (LEFT + t * frame - 3), height() - 8);
            }
            own.setColor(Palette.color(0));
            for (int k = 0; k < roll[0].length; k++) {
                for (int t = 0; t < roll.length; t++) {
                    int end = t;
                    while (end < roll.length && roll[end][k] >= SOUNDS) {
                        end++;
                    }
                    if (end > t) {
                        double y = top(lowest + k);
                        own.fill(new Rectangle2D.Double(LEFT + t * frame + .5, y + .5, (end - t) * frame - 1, ROW - 1));
                        t = end;
                    }
                }
            }
        } finally {
            own.dispose();
        }
    }

    private double top(int midi) {
        return 4 + (double) ROW * (to - midi);
    }
}
