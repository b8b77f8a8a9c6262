package lvm.boltzmann;

import java.nio.file.Path;
import java.util.List;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * A Boltzmann machine of third order, factored and gated: hidden units that see products of two images, and so the change from one to the
 * other and not what they show,
 *
 * <p>E(v, h | x) = −bᵀv − cᵀh − Σ_f (Σᵢ vᵢ Pᵢ_f)(Σⱼ hⱼ Qⱼ_f)(Σₖ xₖ Rₖ_f), v ∈ {0, 1}ᴰ, h ∈ {0, 1}ᴴ, x ∈ ℝᴷ, P is D×F, Q is H×F, R is K×F,
 *
 * <p>a model of v given x. The F factors stand for the D·H·K weights of a machine of third order: T. J. Sejnowski (1986), Higher-order
 * Boltzmann machines; R. Memisevic and G. E. Hinton (2010), Learning to represent spatial transformations with factored higher-order
 * Boltzmann machines. Given x it is an ordinary {@link Rbm} with W = P diag(x R) Qᵀ, {@link #at}. Immutable.
 */
public final class HigherOrderRbm extends ConditionedRbm {
    private final FMatrixRMaj p;
    private final FMatrixRMaj q;
    private final FMatrixRMaj r;
    private final FMatrixRMaj b;
    private final FMatrixRMaj c;
    private final FMatrixRMaj rates; // or null

    HigherOrderRbm(List<FMatrixRMaj> parts, FMatrixRMaj rates, ModelSummary summary) {
        super(summary);
        p = parts.get(0);
        q = parts.get(1);
        r = parts.get(2);
        b = parts.get(3);
        c = parts.get(4);
        this.rates = rates;
    }

    /**
     * A machine of given parameters.
     *
     * @param visibleFactors P, D×F finite numbers; copied
     * @param hiddenFactors Q, H×F finite numbers; copied
     * @param conditionFactors R, K×F finite numbers; copied
     * @param visibleBias b, 1×D finite numbers; copied
     * @param hiddenBias c, 1×H finite numbers; copied
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not fit, a matrix is empty, or a number is not finite
     */
    public static HigherOrderRbm of(
            FMatrixRMaj visibleFactors,
            FMatrixRMaj hiddenFactors,
            FMatrixRMaj conditionFactors,
            FMatrixRMaj visibleBias,
            FMatrixRMaj hiddenBias) {
        String where = "HigherOrderRbm.of";
        int factors = Require.atLeast(where, "the columns of visibleFactors", 1, visibleFactors.numCols);
        for (FMatrixRMaj each : List.of(visibleFactors, hiddenFactors, conditionFactors)) {
            Require.atLeast(where, "the rows of factors", 1, each.numRows);
            Require.finiteRows(where, "factors", each, factors);
        }
        RbmUnits.row(where, "visibleBias", visibleBias, visibleFactors.numRows);
        RbmUnits.row(where, "hiddenBias", hiddenBias, hiddenFactors.numRows);
        List<FMatrixRMaj> parts = List.of(
                visibleFactors.copy(),
                hiddenFactors.copy(),
                conditionFactors.copy(),
                visibleBias.copy(),
                hiddenBias.copy());
        return new HigherOrderRbm(
                parts,
                null,
                card(visibleFactors.numRows, hiddenFactors.numRows, conditionFactors.numRows, factors)
                        .summary(History.closedForm()));
    }

    static Card card(int visible, int hidden, int condition, int factors) {
        return Card.of("HigherOrderRbm")
                .setting("visible units", visible)
                .setting("hidden units", hidden)
                .setting("columns of the condition", condition)
                .setting("factors", factors);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden units and the factors must be set
     */
    public static HigherOrderRbmBuilder builder() {
        return new HigherOrderRbmBuilder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static HigherOrderRbm load(Path file) {
        return Models.load(file, HigherOrderRbm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("p", p).put("q", q).put("r", r).put("b", b).put("c", c).put("has rates", rates != null);
        if (rates != null) {
            data.put("rates", rates);
        }
    }

    static HigherOrderRbm read(ModelData data) {
        return new HigherOrderRbm(
                List.of(data.floats("p"), data.floats("q"), data.floats("r"), data.floats("b"), data.floats("c")),
                data.flag("has rates") ? data.floats("rates") : null,
                data.summary());
    }

    @Override
    public int visible() {
        return p.numRows;
    }

    @Override
    public int latentDim() {
        return q.numRows;
    }

    @Override
    public int condition() {
        return r.numRows;
    }

    /** {@return the number of factors, F} */
    public int factors() {
        return p.numCols;
    }

    /** {@return P, D×F, a copy; column f is what factor f sees of v} */
    public FMatrixRMaj visibleFactors() {
        return p.copy();
    }

    /** {@return Q, H×F, a copy} */
    public FMatrixRMaj hiddenFactors() {
        return q.copy();
    }

    /** {@return R, K×F, a copy; column f is what factor f sees of x} */
    public FMatrixRMaj conditionFactors() {
        return r.copy();
    }

    /** {@return the biases b, 1×D, a copy} */
    public FMatrixRMaj visibleBias() {
        return b.copy();
    }

    /** {@return the biases c, 1×H, a copy} */
    public FMatrixRMaj hiddenBias() {
        return c.copy();
    }

    @Override
    ConditionedUnits units(FMatrixRMaj x) {
        FMatrixRMaj f = new FMatrixRMaj(x.numRows, factors());
        Products.mult(x, r, f);
        return units(p, q, f, b, c);
    }

    static ConditionedUnits units(FMatrixRMaj p, FMatrixRMaj q, FMatrixRMaj f, FMatrixRMaj b, FMatrixRMaj c) {
        return new ConditionedUnits.Factored(
                p, q, f, ConditionedUnits.repeat(b, f.numRows), ConditionedUnits.repeat(c, f.numRows));
    }

    @Override
    FMatrixRMaj rates() {
        return rates;
    }

    /**
     * The means of v given x and the hidden units, p(vᵢ = 1 | h, x): the change that h stands for, done to x. With h of another pair it is what
     * this pair's change makes of x.
     *
     * @param condition x, n×K finite numbers; not modified
     * @param hidden h, n×H numbers from 0 to 1, means of states too; not modified
     * @return n×D probabilities
     * @throws IllegalArgumentException if a shape does not fit or a number is out of range
     */
    public FMatrixRMaj means(FMatrixRMaj condition, FMatrixRMaj hidden) {
        Require.finiteRows("HigherOrderRbm.means", "condition", condition, condition());
        Require.unitInterval("HigherOrderRbm.means", "hidden", hidden, latentDim());
        if (condition.numRows != hidden.numRows) {
            throw new IllegalArgumentException("HigherOrderRbm.means: condition has " + condition.numRows
                    + " rows and hidden " + hidden.numRows + ", expected as many");
        }
        FMatrixRMaj v = new FMatrixRMaj(0, visible());
        units(condition).visibleLogits(hidden, v);
        VectorMath.sigmoid(v, v);
        return v;
    }
}
