/**
 * Autoregressive models, which take the columns of a row one after the other: their log probabilities are exact, and draws are made column
 * by column, in single precision.
 *
 * <pre>{@code
 * Made made = Made.builder().hidden(500).randomOrders(8).epochs(100).fit(bits);
 * double[] logP = made.logDensity(x);                       // nats, exact
 * FMatrixRMaj x = made.sample(20, rng);
 * }</pre>
 *
 * <p>{@link lvm.autoregressive.Made} masks a network so that one pass gives all columns, in one order or in several.
 * {@link lvm.autoregressive.AutoregressiveModel} has what the models can do.
 */
package lvm.autoregressive;
