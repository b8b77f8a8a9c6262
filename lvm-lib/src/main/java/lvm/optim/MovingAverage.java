package lvm.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/** The exponential moving average of parameters, a ← d a + (1 − d) θ, which starts at their values. */
public final class MovingAverage {
    private final List<Param> params;
    private final FMatrixRMaj[] average;
    private final float share;

    /**
     * The average of parameters, now their values.
     *
     * @param params the parameters; kept
     * @param decay d, in [0,1)
     * @throws IllegalArgumentException if the decay is out of range
     */
    public MovingAverage(List<Param> params, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("MovingAverage: decay is " + decay + ", expected within [0,1)");
        }
        this.params = List.copyOf(params);
        share = (float) (1 - decay);
        average = new FMatrixRMaj[params.size()];
        for (int k = 0; k < average.length; k++) {
            average[k] = params.get(k).value().copy();
        }
    }

    /** Takes the parameters' present values into the average: once after each step of the optimiser. */
    public void update() {
        for (int k = 0; k < average.length; k++) {
            float[] a = average[k].data;
            float[] x = params.get(k).value().data;
            int n = average[k].getNumElements();
            for (int i = 0; i < n; i++) {
                a[i] += share * (x[i] - a[i]);
            }
        }
    }

    /** Exchanges the averages and the parameters' values: once to use the averages, once more to train on. */
    public void swap() {
        for (int k = 0; k < average.length; k++) {
            float[] a = average[k].data;
            float[] x = params.get(k).value().data;
            int n = average[k].getNumElements();
            for (int i = 0; i < n; i++) {
                float v = a[i];
                a[i] = x[i];
                x[i] = v;
            }
        }
    }

    /**
     * The average of what an optimiser moves.
     *
     * @param optimizer the optimiser; its parameters are kept
     * @param decay d, in [0,1)
     * @return the average, now the parameters' values
     * @throws IllegalArgumentException if the decay is out of range
     */
    public static MovingAverage of(Optimizer optimizer, double decay) {
        return new MovingAverage(optimizer.params(), decay);
    }

    /**
     * The averages, live, by the parameters' names. While {@link #swap} has exchanged them, the parameters' values.
     *
     * @return the matrices themselves, in the order of the parameters
     */
    public Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> values = new LinkedHashMap<>();
        for (int k = 0; k < average.length; k++) {
            values.put(params.get(k).name(), average[k]);
        }
        return values;
    }

    /** {@return copies of the averages by the parameters' names, for checkpoints, in the order of the parameters} */
    public Map<String, FMatrixRMaj> state() {
        Map<String, FMatrixRMaj> state = values();
        state.replaceAll((name, a) -> a.copy());
        return state;
    }

    /**
     * Goes on from averages of {@link #state}.
     *
     * @param state the averages by the parameters' names; copied
     * @throws IllegalArgumentException if one is missing or of another shape; nothing is changed then
     */
    public void load(Map<String, FMatrixRMaj> state) {
        for (int k = 0; k < average.length; k++) {
            FMatrixRMaj from = state.get(params.get(k).name());
            if (from == null || from.numRows != average[k].numRows || from.numCols != average[k].numCols) {
                throw new IllegalArgumentException(
                        "MovingAverage.load: \"" + params.get(k).name() + "\" is "
                                + (from == null ? "missing" : from.numRows + "×" + from.numCols) + ", expected "
                                + average[k].numRows + "×" + average[k].numCols);
            }
        }
        for (int k = 0; k < average.length; k++) {
            average[k].setTo(state.get(params.get(k).name()));
        }
    }
}
