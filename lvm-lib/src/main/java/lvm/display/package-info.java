/**
 * What a running notebook or program shows: progress, curves that grow, answers to exercises. In a notebook a display is
 * updated in place; in a terminal there is a line of text now and then.
 *
 * <p>A tour:
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("EM", 200)) {       // a bar with the rate and the time left
 *     for (int i = 0; i < 200; i++) {
 *         progress.step(logLikelihood);
 *     }
 * }
 * try (LiveCurve curve = LiveCurve.start("VAE", "epoch", "nats", "training", "test")) {
 *     curve.add(1, -120, -125);                               // a point for each curve; the chart is drawn anew
 * }
 * Check.close("posterior of point 1", mine, 0.31, 1e-6);      // a line with a tick, or a CheckFailed with a hint
 * var digits = NotebookDigits.load(1);                        // MNIST in a full notebook, else drawn ones
 * int epochs = NotebookSize.pick(2, 50);                      // few in tests, all in the notebook
 * LiveOutput before = Display.install(mine);                  // where progress and curves go; a kernel installs its own
 * }</pre>
 */
package lvm.display;
