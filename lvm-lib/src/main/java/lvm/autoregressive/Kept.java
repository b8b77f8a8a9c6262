package lvm.autoregressive;

import java.util.Arrays;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Conv2d;
import org.ejml.data.FMatrixRMaj;

/** What a layer gave at the last places of many rows, a queue of a fixed length, for the convolutions above it. */
final class Kept {
    private final int rows;
    private final int channels;
    private final FMatrixRMaj[] places;
    private final FMatrixRMaj patches = new FMatrixRMaj(0, 0);

    /** For a layer of so many channels, of which the last places are asked for. */
    Kept(int rows, int channels, int length) {
        this.rows = rows;
        this.channels = channels;
        places = new FMatrixRMaj[length];
        Arrays.setAll(places, k -> new FMatrixRMaj(rows, channels));
    }

    /** What was put at a place, n×channels. */
    FMatrixRMaj at(int place) {
        return places[place % places.length];
    }

    /** Takes the values of a place. */
    void put(int place, FMatrixRMaj values) {
        System.arraycopy(values.data, 0, at(place).data, 0, rows * channels);
    }

    /** The value of a convolution of what is kept, at one of its places, n×filters; one between two resets of the tape. */
    Var convolve(Tape tape, Conv2d layer, int place) {
        ConvShape s = layer.shape();
        int k = s.patchSize();
        patches.reshape(rows, k);
        for (int p = 0; p < s.kernelHeight(); p++) {
            for (int q = 0; q < s.kernelWidth(); q++) {
                int i = place / s.width() + p * s.dilation() - s.top();
                int j = place % s.width() + q * s.dilation() - s.left();
                boolean outside = i < 0 || i >= s.height() || j < 0 || j >= s.width();
                float[] from = outside ? null : at(i * s.width() + j).data;
                int weight = p * s.kernelWidth() + q;
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < channels; c++) {
                        patches.data[r * k + c * s.kernelHeight() * s.kernelWidth() + weight] =
                                outside ? 0 : from[r * channels + c];
                    }
                }
            }
        }
        return apply(tape, layer, tape.constant(patches), Activation.IDENTITY);
    }

    /** A convolution of single places, at one of them. */
    static Var apply(Tape tape, Conv2d layer, Var x, Activation f) {
        return x.linear(tape.param(layer.weights()), tape.param(layer.bias()), f);
    }
}
