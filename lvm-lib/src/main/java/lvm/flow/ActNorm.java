package lvm.flow;

import java.util.Arrays;
import java.util.List;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * Activation normalisation: x = z e^s + b with one s and one b for each channel, set at the start so that the first rows come out
 * with mean 0 and deviation 1. D. P. Kingma and P. Dhariwal (2018), Glow, section 3.1. With a channel for each column it is
 * the scaling layer of NICE with a shift. A channel that is the same everywhere has no deviation and is only shifted.
 */
public final class ActNorm implements Bijector {
    private final Param s;
    private final Param b;
    private final int width;
    private final int[] channelOf;

    /**
     * The identity, until it is initialised or learnt.
     *
     * @param name the layer's name; the parameters are name.s and name.b
     * @param channels the channels, blocks of equally many columns, at least 1
     * @param width the columns of a channel, at least 1
     * @throws IllegalArgumentException if a number is less than 1
     */
    public ActNorm(String name, int channels, int width) {
        Require.atLeast("ActNorm", "the number of channels", 1, channels);
        this.width = Require.atLeast("ActNorm", "the columns of a channel", 1, width);
        s = new Param(name + ".s", new FMatrixRMaj(1, channels));
        b = new Param(name + ".b", new FMatrixRMaj(1, channels));
        channelOf = new int[channels * width];
        Arrays.setAll(channelOf, j -> j / width);
    }

    @Override
    public int dim() {
        return channelOf.length;
    }

    @Override
    public List<Param> params() {
        return List.of(s, b);
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("ActNorm.forward", z, context);
        Var logScale = tape.param(s);
        Var y = z.mul(logScale.exp().gatherColumns(channelOf)).add(tape.param(b).gatherColumns(channelOf));
        return new Mapped(y, logScale.sumPerRow().mul(width));
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("ActNorm.inverse", x, context);
        Var logScale = tape.param(s);
        Var z = x.sub(tape.param(b).gatherColumns(channelOf))
                .mul(logScale.neg().exp().gatherColumns(channelOf));
        return new Mapped(z, logScale.sumPerRow().mul(-width));
    }

    @Override
    public FMatrixRMaj initialize(FMatrixRMaj rows, boolean inverse) {
        int channels = s.value().numCols;
        int d = dim();
        for (int c = 0; c < channels; c++) {
            // Around the first value: floats are subtracted without error, and equal ones leave nothing.
            double first = rows.data[c * width];
            double n = (double) rows.numRows * width;
            double shift = 0;
            double squares = 0;
            for (int i = 0; i < rows.numRows; i++) {
                for (int j = c * width; j < (c + 1) * width; j++) {
                    double v = rows.data[i * d + j] - first;
                    shift += v / n;
                    squares += v * v / n;
                }
            }
            double mean = first + shift;
            double deviation = Math.sqrt(Math.max(0, squares - shift * shift));
            if (deviation < 1.0 / Float.MAX_VALUE) { // nothing that a float could divide by
                deviation = 1;
            }
            s.value().data[c] = (float) (inverse ? Math.log(deviation) : -Math.log(deviation));
            b.value().data[c] = (float) (inverse ? mean : -mean / deviation);
        }
        return Bijector.super.initialize(rows, inverse);
    }

    @Override
    public String toString() {
        return "activation normalisation";
    }
}
