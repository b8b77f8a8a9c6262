package lvm.boltzmann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Up–down fine tuning, the wake-sleep algorithm with a restricted machine at the top (G. E. Hinton, S. Osindero and Y.-W. Teh 2006,
 * section 5 and appendix B). Up: hidden layers are drawn by q from the rows, and what generates learns to give each layer from the one
 * above. Top: the machine learns from the drawn hᴸ⁻¹ by its own rule. Down: from where that rule's chains are, the layers below are drawn,
 * and q learns to give each layer from the one below. All slopes are taken at the same parameters.
 */
final class UpDown {
    private final List<RbmUnits> down = new ArrayList<>();
    private final List<RbmUnits> up = new ArrayList<>();
    private final List<RbmParameters> generation = new ArrayList<>();
    private final List<FMatrixRMaj> squares = new ArrayList<>();
    private final List<Param> params = new ArrayList<>();
    private final RbmUnits top;
    private final RbmRule rule;
    private final List<VisibleLayer> hidden = new ArrayList<>();
    private final List<FMatrixRMaj> states = new ArrayList<>(); // h¹, …, hᴸ⁻¹
    private final List<FMatrixRMaj> dreamt = new ArrayList<>(); // v, h¹, …, hᴸ⁻²
    private final FMatrixRMaj logits = new FMatrixRMaj(0, 0);
    private double[] log = new double[0];

    /**
     * From machines that were stacked, whose parameters are copied.
     *
     * @param rates the base rates of the machine at the top
     */
    UpDown(List<RbmParameters> machines, FMatrixRMaj rates, RbmLearning learning, RandomGenerator rng) {
        int directed = machines.size() - 1;
        for (int k = 0; k < directed; k++) {
            RbmUnits from = machines.get(k).units;
            RbmParameters own = machines.get(k).copy("generative" + (k + 1) + ".");
            generation.add(own);
            squares.add(own.units.layer().squares());
            params.addAll(own.moved().subList(0, 2));
            down.add(own.units);
            up.add(new RbmUnits(
                    param("recognition" + (k + 1) + ".w", from.w()),
                    from.b(),
                    param("recognition" + (k + 1) + ".c", from.c()),
                    from.layer()));
            hidden.add(Directed.hidden(from));
            states.add(new FMatrixRMaj(0, from.hidden()));
            dreamt.add(new FMatrixRMaj(0, from.visible()));
        }
        RbmUnits from = machines.get(directed).units;
        top = new RbmUnits(param("w", from.w()), param("b", from.b()), param("c", from.c()), from.layer());
        rule = learning.over(top, params.subList(4 * directed, params.size()), rates, rng);
    }

    private FMatrixRMaj param(String name, FMatrixRMaj start) {
        FMatrixRMaj value = start.copy();
        params.add(new Param(name, value));
        return value;
    }

    List<RbmUnits> down() {
        return down;
    }

    List<RbmUnits> up() {
        return up;
    }

    RbmUnits top() {
        return top;
    }

    RbmRule rule() {
        return rule;
    }

    List<Param> params() {
        return List.copyOf(params);
    }

    /** The log variances of the visible units, where these are learnt. */
    List<Param> logVariances() {
        return generation.get(0).logVariances();
    }

    /** Takes over parameters that have moved. */
    void refresh() {
        generation.forEach(RbmParameters::refresh);
    }

    /**
     * Writes the gradients of a step.
     *
     * @return the objective of {@link #objective}, of the draws of the step
     */
    double gradient(FMatrixRMaj v, RandomGenerator rng) {
        refresh();
        recognise(v, true, rng);
        int n = down.size();
        double value = rule.gradient(states.get(n - 1), rng) + mean(v.numRows);
        FMatrixRMaj above = rule.dreams(v.numRows, rng);
        for (int k = n - 1; k >= 0; k--) {
            RbmUnits units = down.get(k);
            FMatrixRMaj below = dreamt.get(k);
            Directed.means(units, above, below);
            units.layer().draw(below, rng);
            up.get(k).hiddenLogits(below, logits);
            VectorMath.sigmoid(logits, logits);
            slope(logits, above, below, true, params.get(4 * k + 2), params.get(4 * k + 3));
            above = below;
        }
        return value;
    }

    /** Draws the hidden layers and adds up log p(hᵏ⁻¹ | hᵏ) − log q(hᵏ | hᵏ⁻¹) of each row. */
    private void recognise(FMatrixRMaj v, boolean learn, RandomGenerator rng) {
        if (log.length < v.numRows) {
            log = new double[v.numRows];
        }
        Arrays.fill(log, 0);
        FMatrixRMaj below = v;
        for (int k = 0; k < down.size(); k++) {
            FMatrixRMaj h = states.get(k);
            up.get(k).hiddenLogits(below, logits);
            h.reshape(logits.numRows, logits.numCols);
            VectorMath.sigmoid(logits, h);
            Fill.bits(h, rng);
            Directed.addLogP(hidden.get(k), h, logits, -1, log);
            RbmUnits units = down.get(k);
            units.visibleLogits(h, logits);
            Directed.addLogP(units.layer(), below, logits, 1, log);
            if (learn) {
                generate(k, logits, below, h);
            }
            below = h;
        }
    }

    /**
     * The slopes of what gives a layer from the one above.
     *
     * @param logits those of the lower layer; overwritten
     */
    private void generate(int k, FMatrixRMaj logits, FMatrixRMaj below, FMatrixRMaj above) {
        RbmParameters own = generation.get(k);
        VisibleLayer layer = own.units.layer();
        FMatrixRMaj square = squares.get(k);
        layer.means(logits);
        square.zero();
        layer.addMeanSquares(logits, 1f / below.numRows, square);
        layer.addSquares(below, -1f / below.numRows, square);
        slope(logits, below, above, false, own.natural.get(0), own.natural.get(1));
        own.clear();
        own.slopes(square);
    }

    private double mean(int rows) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += log[i] / rows;
        }
        return sum;
    }

    /**
     * The gradient of the mean of −log p(x | given), whose slope by the logits is the means less x.
     *
     * @param means those of x; overwritten
     * @param upwards whether the weights, from the lower to the upper layer, lead to x, or else come from there
     */
    private static void slope(
            FMatrixRMaj means, FMatrixRMaj x, FMatrixRMaj given, boolean upwards, Param weights, Param bias) {
        for (int i = 0; i < means.getNumElements(); i++) {
            means.data[i] -= x.data[i];
        }
        float share = 1f / x.numRows;
        Products.gemm(true, false, share, upwards ? given : means, upwards ? means : given, 0, weights.gradient());
        bias.gradient().zero();
        RbmRule.addRows(means, share, bias.gradient());
    }

    /** What the objective is called. */
    String objective() {
        return "Σ log p(hᵏ⁻¹ | hᵏ) − log q(hᵏ | hᵏ⁻¹) + " + rule.objective().replace("p(v)", "p(hᴸ⁻¹)");
    }

    /**
     * One draw of the bound, with what the rule of the machine at the top records in the place of its log p(hᴸ⁻¹): with the exact rule it
     * is the bound, with others the pseudo-likelihood stands there.
     */
    double objective(FMatrixRMaj v, RandomGenerator rng) {
        refresh();
        recognise(v, false, rng);
        return rule.value(states.get(states.size() - 1), rng) + mean(v.numRows);
    }
}
