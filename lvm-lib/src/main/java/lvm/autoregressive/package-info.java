/**
 * Autoregressive models, which take the columns of a row one after the other: their log probabilities are exact, and draws are made column
 * by column, in single precision.
 *
 * <pre>{@code
 * Made made = Made.builder().hidden(500).randomOrders(8).epochs(100).fit(bits);
 * double[] logP = made.logDensity(x);                       // nats, exact
 * Nade nade = Nade.builder().hidden(500).epochs(50).fit(bits);
 * PixelCnn pixels = PixelCnn.builder().filters(32).output(LevelOutput.softmax(256)).conditional(true).fit(images);
 * FMatrixRMaj sevens = pixels.sample(new int[] {7, 7, 7}, rng);
 * FMatrixRMaj whole = pixels.complete(images, upperHalf, rng); // upperHalf: true for each pixel that is known
 * WaveNet wave = WaveNet.builder().filters(32).dilations(1, 2, 4, 8).fit(MuLaw.of().encode(signals));
 * FMatrixRMaj sound = MuLaw.of().decode(wave.sample(3, rng));
 * }</pre>
 *
 * <p>{@link lvm.autoregressive.Made} masks a network so that one pass gives all columns, in one order or in several;
 * {@link lvm.autoregressive.Nade} shares the weights into its hidden units among the columns. {@link lvm.autoregressive.PixelCnn} and
 * {@link lvm.autoregressive.WaveNet} are convolutions that see what comes before, of images and of signals; each may be a model for every
 * class ({@link lvm.autoregressive.ConditionalAutoregressive}). {@link lvm.autoregressive.LevelOutput} is the distribution of a number,
 * {@link lvm.autoregressive.AutoregressiveModel} has what all models can do.
 */
package lvm.autoregressive;
