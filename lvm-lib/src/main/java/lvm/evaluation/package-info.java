/**
 * How good a model is, in numbers that say what they are and how sure they are.
 *
 * <pre>{@code
 * Estimate[] rows = ImportanceSampling.logLikelihood(vae, test.floatMatrix(), 500, rng);  // log p(x), each with its error
 * Estimate all = ImportanceSampling.mean(rows);
 * double bits = BitsPerDim.of(all.value(), 784, BitsPerDim.Dequantization.UNIFORM, 256);
 * ErrorRate errors = ErrorRate.of(classifier, test);
 * Interval wilson = errors.interval(0.95);
 * Interval mean = Bootstrap.interval(sample, x -> Arrays.stream(x).average().getAsDouble(), 2000, 0.95, rng);
 * double worth = EffectiveSampleSize.ofChain(trace);                                      // draws that depend on each other
 * Estimate time = AutocorrelationTime.ofChains(traces);                                   // steps until a chain has forgotten
 * double distance = AmariDistance.of(ica.unmixing(), mixing);                             // of sources, in any order
 * ModeCoverage modes = ModeCoverage.of(PlanarModes.ring(8, 1, 0.01), gan.sample(2500));     // which were dropped
 * FrechetDistance apart = FrechetDistance.of(features, others);                           // in features of one's own
 * PrecisionRecall shares = PrecisionRecall.of(features, others, 3);
 * TwoSampleTest told = TwoSampleTest.of(test, draws, trainer, rng);                       // can a classifier tell them?
 * Estimate[] nats = AnnealedLikelihood.of(vae).logLikelihood(test);                       // of a decoder, from below
 * Sandwich both = AnnealedLikelihood.of(vae).simulated(100);                              // and from both sides
 * EvaluationReport all = Evaluation.of(vae).training(train).on(test);                     // all that applies, as a table
 * }</pre>
 *
 * <p>Of models without a density only draws can be looked at, and each way of looking misses something: {@link
 * lvm.evaluation.InceptionScore} does not see classes made by heart, {@link lvm.evaluation.ParzenWindow} ranks wrongly.
 *
 * <p>An estimate of log p(x) by importance sampling is on average too low. Results that are kept with their protocol are in
 * {@link lvm.results}.
 */
package lvm.evaluation;
