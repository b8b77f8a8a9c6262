package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.ConditionalLikelihood;
import lvm.boltzmann.ConditionalRbm;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.Recurrence;
import lvm.boltzmann.RnnRbm;
import lvm.boltzmann.RnnRbmBuilder;
import lvm.data.Chorales;
import lvm.data.Sequences;
import lvm.evaluation.Estimate;
import lvm.evaluation.FrameGrams;
import lvm.mcmc.AnnealingSchedule;
import lvm.optim.Schedule;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * The JSB chorales frame by frame: the mean over all frames of all test pieces of log p(xᵗ | x¹, …, xᵗ⁻¹), each given the frames of the data.
 * Log Z is annealed in every frame; a small model has it summed and annealed, for the check. Beside them are independent keys and n-grams of
 * whole frames, whose weights are those of the validation pieces. All learn from the training pieces in all twelve keys: from their own keys
 * alone an RNN-RBM learns them by heart (after 60 epochs its training pieces were 1.5 nats a frame better than the validation ones). The
 * chorales are tested in their own keys, which is harder than in a common one. Nothing is chosen on the test pieces. At the small size it
 * learns a drawn walk of chords.
 */
final class RnnRbmExperiment implements Experiment {
    private static final int HIDDEN = 150;
    private static final int STATES = 100;

    @Override
    public String name() {
        return "rnn-rbm";
    }

    @Override
    public String about() {
        return "log-likelihood a frame of the JSB chorales by RNN-RBM, gated RNN-RBM, RTRBM and conditional RBM, beside n-grams;"
                + " some hours";
    }

    /** What is learnt from, what the n-grams' weights are of, and what is tested on. */
    private record Pieces(Sequences train, Sequences validation, Sequences test) {}

    private static Pieces pieces(Run run) {
        if (run.small()) {
            return new Pieces(walks(12, 1), walks(4, 2), walks(3, 3));
        }
        Chorales chorales = Chorales.load();
        return new Pieces(transposed(chorales.train()), chorales.validation(), chorales.test());
    }

    /** Every piece in all twelve keys, from five semitones down to six up, where it stays on the piano. */
    private static Sequences transposed(Sequences pieces) {
        List<FMatrixRMaj> all = new ArrayList<>();
        for (int by = -5; by <= 6; by++) {
            for (int k = 0; k < pieces.size(); k++) {
                int[][] notes = Chorales.notes(pieces.piece(k));
                boolean fits = true;
                for (int[] frame : notes) {
                    for (int i = 0; i < frame.length; i++) {
                        frame[i] += by;
                        fits &= frame[i] >= Chorales.LOWEST && frame[i] < Chorales.LOWEST + Chorales.PITCHES;
                    }
                }
                if (fits) {
                    all.add(Chorales.roll(notes));
                }
            }
        }
        return Sequences.of(all);
    }

    /** Chords of three of twelve keys that go up or down together, a step at a time. */
    private static Sequences walks(int pieces, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<FMatrixRMaj> all = new ArrayList<>();
        for (int k = 0; k < pieces; k++) {
            FMatrixRMaj piece = new FMatrixRMaj(10 + rng.nextInt(10), 12);
            int at = rng.nextInt(12);
            for (int t = 0; t < piece.numRows; t++) {
                at = (at + 11 + 2 * rng.nextInt(2)) % 12;
                for (int note = 0; note < 3; note++) {
                    piece.set(t, (at + 4 * note) % 12, 1);
                }
            }
            all.add(piece);
        }
        return Sequences.of(all);
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.system().startsWith("RNN-RBM, " + HIDDEN));
    }

    @Override
    public List<Result> run(Run run) {
        Pieces pieces = pieces(run);
        List<Result> results = new ArrayList<>();
        String[] names = {
            "independent keys", "1-gram of frames", "2-gram of frames", "3-gram of frames", "4-gram of frames"
        };
        for (int n = 0; n < names.length; n++) {
            FrameGrams grams = FrameGrams.of(n, pieces.train(), pieces.validation());
            Estimate value = new Estimate(grams.logLikelihood(pieces.test()), 0);
            results.add(Result.of(
                    names[n],
                    "log-likelihood",
                    value,
                    "nats per frame",
                    protocol(run, Protocol.Kind.EXACT, 0),
                    run.seed(),
                    0));
        }
        for (Recurrence recurrence : Recurrence.values()) {
            results.addAll(run.part(recurrence.name(), () -> recurrent(run, pieces, recurrence)));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
        }
        results.addAll(run.part("conditional", () -> conditional(run, pieces)));
        results.addAll(run.part("check", () -> check(run, pieces)));
        return Thread.currentThread().isInterrupted() ? List.of() : results;
    }

    private static Protocol protocol(Run run, Protocol.Kind kind, int draws) {
        return new Protocol(
                run.small() ? "Drawn chords" : "JSB chorales, quarter notes, learnt in all keys",
                "test, given the frames before",
                "none",
                kind,
                draws);
    }

    private static Result result(Run run, String system, ConditionalLikelihood value, double seconds) {
        return Result.of(
                system,
                "log-likelihood",
                new Estimate(value.mean(), value.standardError()),
                "nats per frame",
                protocol(run, Protocol.Kind.valueOf(value.kind().name()), value.chains()),
                run.seed(),
                seconds);
    }

    /** The settings of a recurrent model of the chorales. */
    static RnnRbmBuilder builder(Recurrence recurrence, int hidden, long epochs) {
        RnnRbmBuilder builder = RnnRbm.builder()
                .hidden(hidden)
                .recurrence(recurrence)
                .learning(RbmLearning.cd(5))
                .learningRate(2e-3)
                .schedule(Schedule.cosine(epochs * 171, 0.05))
                .movingAverage(.99)
                .batchSize(16)
                .epochs(epochs);
        return recurrence == Recurrence.RTRBM ? builder : builder.states(STATES);
    }

    private static List<Result> recurrent(Run run, Pieces pieces, Recurrence recurrence) {
        int hidden = run.pick(12, HIDDEN);
        RnnRbm model = builder(recurrence, hidden, run.pick(20, 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve(recurrence.name()))
                .fit(pieces.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String system = switch (recurrence) {
            case RNN -> "RNN-RBM";
            case GRU -> "Gated RNN-RBM";
            case RTRBM -> "RTRBM";
        };
        system += ", " + hidden + " hidden units, CD-5";
        ConditionalLikelihood value =
                model.logLikelihood(pieces.test(), 20, AnnealingSchedule.linear(run.pick(50, 500)), run.seed());
        Result result = result(run, system, value, model.history().last("seconds"));
        if (recurrence == Recurrence.RNN) {
            result = run.keep(
                    result, few(model, pieces), Run.APART, "rnn-rbm", RnnRbm.class, model, kept -> few(kept, pieces));
        }
        return List.of(result);
    }

    /** A number by which a file is compared with its model. */
    private static double few(RnnRbm model, Pieces pieces) {
        return model.logLikelihood(pieces.test().slice(0, 3), 20, AnnealingSchedule.linear(100), 1)
                .mean();
    }

    private static List<Result> conditional(Run run, Pieces pieces) {
        int hidden = run.pick(12, HIDDEN);
        ConditionalRbm model = ConditionalRbm.builder()
                .hidden(hidden)
                .order(4)
                .learning(RbmLearning.cd(5))
                .weightDecay(1e-4)
                .learningRate(1e-3)
                .batchSize(100)
                .movingAverage(.99)
                .epochs(run.pick(20, 20))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("conditional"))
                .fit(pieces.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        ConditionalLikelihood value =
                model.logLikelihood(pieces.test(), 20, AnnealingSchedule.linear(run.pick(50, 500)), run.seed());
        String system = "Conditional RBM, " + hidden + " hidden units, 4 frames before, CD-5";
        return List.of(result(run, system, value, model.history().last("seconds")));
    }

    /** A model whose log Z can be summed: the annealed number beside it. */
    private static List<Result> check(Run run, Pieces pieces) {
        int hidden = run.pick(6, 10);
        RnnRbm model = builder(Recurrence.RNN, hidden, run.pick(20, 20))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("check"))
                .fit(pieces.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String system = "RNN-RBM, " + hidden + " hidden units, CD-5";
        double seconds = model.history().last("seconds");
        ConditionalLikelihood annealed =
                model.logLikelihood(pieces.test(), 20, AnnealingSchedule.linear(run.pick(50, 500)), run.seed());
        return List.of(
                result(run, system, model.logLikelihood(pieces.test()), seconds),
                result(run, system, annealed, seconds));
    }
}
