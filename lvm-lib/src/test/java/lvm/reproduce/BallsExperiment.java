package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import lvm.boltzmann.ConditionalRbm;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.Recurrence;
import lvm.boltzmann.RnnRbm;
import lvm.data.BouncingBalls;
import lvm.data.Sequences;
import lvm.evaluation.Estimate;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Films of bouncing balls: the squared error of the next frame, summed over its pixels, a mean over the frames of test films from the third on.
 * A model predicts the mean of the frame given those before it; beside them are the last frame itself, the last one and its change once more,
 * and a linear map of the two last frames, by least squares with a ridge.
 */
final class BallsExperiment implements Experiment {
    private static final int FIRST = 2;

    @Override
    public String name() {
        return "bouncing-balls";
    }

    @Override
    public String about() {
        return "error of the next frame of films of bouncing balls by conditional and recurrent RBMs, beside the last frame and a"
                + " linear map; a quarter of an hour";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.system().startsWith("RNN-RBM"));
    }

    @Override
    public List<Result> run(Run run) {
        int edge = run.pick(6, 16);
        int frames = run.pick(20, 60);
        Sequences train = BouncingBalls.generate(run.pick(10, 300), frames, run.pick(1, 2), edge, run.seed());
        Sequences test = BouncingBalls.generate(run.pick(4, 30), frames, run.pick(1, 2), edge, run.seed() + 1000);
        List<Result> results = new ArrayList<>();
        results.add(result(run, "last frame", error(test, last(test, 0)), 0));
        results.add(result(run, "last frame and its change", error(test, last(test, 1)), 0));
        results.add(result(run, "linear map of two frames", error(test, linear(train, test)), 0));
        results.addAll(run.part("conditional", () -> conditional(run, train, test)));
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        results.addAll(run.part("recurrent", () -> recurrent(run, train, test)));
        return Thread.currentThread().isInterrupted() ? List.of() : results;
    }

    private static Result result(Run run, String system, Estimate error, double seconds) {
        Protocol protocol = new Protocol(
                run.small() ? "Bouncing balls, one of 6×6" : "Bouncing balls, two in 16×16 pixels",
                "test, given the frames before",
                "grey",
                Protocol.Kind.ESTIMATE,
                0);
        return Result.of(
                system, "squared error of the next frame", error, "sum over pixels", protocol, run.seed(), seconds);
    }

    /** The mean over frames, with the standard error between films. */
    static Estimate error(Sequences test, Sequences predicted) {
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < test.size(); k++) {
            FMatrixRMaj is = test.piece(k);
            FMatrixRMaj says = predicted.piece(k);
            double film = 0;
            for (int i = FIRST * is.numCols; i < is.getNumElements(); i++) {
                double e = is.data[i] - says.data[i];
                film += e * e / (is.numRows - FIRST);
            }
            sum += film / test.size();
            squares += film * film / test.size();
        }
        return new Estimate(sum, Math.sqrt(Math.max(0, squares - sum * sum) / Math.max(1, test.size() - 1)));
    }

    /** The last frame, and so many times its change on top, cut to [0, 1]. */
    private static Sequences last(Sequences test, double change) {
        List<FMatrixRMaj> pieces = new ArrayList<>();
        for (int k = 0; k < test.size(); k++) {
            FMatrixRMaj x = test.piece(k);
            FMatrixRMaj y = x.createLike();
            int d = x.numCols;
            for (int i = FIRST * d; i < x.getNumElements(); i++) {
                double value = x.data[i - d] + change * (x.data[i - d] - x.data[i - 2 * d]);
                y.data[i] = (float) Math.max(0, Math.min(1, value));
            }
            pieces.add(y);
        }
        return Sequences.of(pieces);
    }

    private static Sequences linear(Sequences train, Sequences test) {
        DMatrixRMaj rows = train.windows(2).matrix();
        int d = train.dim();
        int k = 2 * d + 1;
        DMatrixRMaj xx = new DMatrixRMaj(k, k);
        DMatrixRMaj xy = new DMatrixRMaj(k, d);
        double[] x = new double[k];
        for (int r = 0; r < rows.numRows; r++) {
            inputs(rows, r, d, x);
            for (int i = 0; i < k; i++) {
                for (int j = 0; x[i] != 0 && j < k; j++) {
                    xx.data[i * k + j] += x[i] * x[j];
                }
                for (int j = 0; x[i] != 0 && j < d; j++) {
                    xy.data[i * d + j] += x[i] * rows.get(r, j);
                }
            }
        }
        for (int i = 0; i < k; i++) {
            xx.data[i * k + i] += 1;
        }
        DMatrixRMaj map = new DMatrixRMaj(k, d);
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(k);
        solver.setA(xx);
        solver.solve(xy, map);
        DMatrixRMaj others = test.windows(2).matrix();
        List<FMatrixRMaj> pieces = new ArrayList<>();
        int r = 0;
        for (int p = 0; p < test.size(); p++) {
            FMatrixRMaj y = new FMatrixRMaj(test.length(p), d);
            for (int t = 0; t < y.numRows; t++, r++) {
                inputs(others, r, d, x);
                for (int j = 0; j < d; j++) {
                    double sum = 0;
                    for (int i = 0; i < k; i++) {
                        sum += x[i] * map.data[i * d + j];
                    }
                    y.set(t, j, (float) Math.max(0, Math.min(1, sum)));
                }
            }
            pieces.add(y);
        }
        return Sequences.of(pieces);
    }

    private static void inputs(DMatrixRMaj rows, int r, int d, double[] x) {
        x[2 * d] = 1;
        for (int i = 0; i < 2 * d; i++) {
            x[i] = rows.get(r, d + i);
        }
    }

    private static List<Result> conditional(Run run, Sequences train, Sequences test) {
        ConditionalRbm model = ConditionalRbm.builder()
                .hidden(run.pick(20, 200))
                .order(2)
                .learning(RbmLearning.cd(3))
                .learningRate(1e-3)
                .movingAverage(.99)
                .epochs(run.pick(20, 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("conditional"))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        FMatrixRMaj rows = test.windows(2).floatMatrix();
        int d = test.dim();
        FMatrixRMaj past = new FMatrixRMaj(rows.numRows, 2 * d);
        for (int r = 0; r < rows.numRows; r++) {
            System.arraycopy(rows.data, r * rows.numCols + d, past.data, r * 2 * d, 2 * d);
        }
        FMatrixRMaj means = model.means(past, 10, 40, run.seed());
        List<FMatrixRMaj> pieces = new ArrayList<>();
        int from = 0;
        for (int k = 0; k < test.size(); k++) {
            FMatrixRMaj piece = new FMatrixRMaj(test.length(k), d);
            System.arraycopy(means.data, from, piece.data, 0, piece.getNumElements());
            from += piece.getNumElements();
            pieces.add(piece);
        }
        String system = "Conditional RBM, " + model.latentDim() + " hidden units, 2 frames before, CD-3";
        return List.of(result(
                run, system, error(test, Sequences.of(pieces)), model.history().last("seconds")));
    }

    private static List<Result> recurrent(Run run, Sequences train, Sequences test) {
        RnnRbm model = RnnRbm.builder()
                .recurrence(Recurrence.GRU)
                .hidden(run.pick(20, 200))
                .states(run.pick(20, 200))
                .learning(RbmLearning.cd(3))
                .learningRate(1e-3)
                .movingAverage(.99)
                .batchSize(10)
                .epochs(run.pick(20, 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("recurrent"))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String system = "RNN-RBM with gates, " + model.hidden() + " hidden units, CD-3";
        Estimate error = error(test, model.predictions(test, 10, 40, run.seed()));
        return List.of(result(run, system, error, model.history().last("seconds")));
    }
}
