package lvm.store;

import java.nio.file.Path;
import lvm.model.FittedModel;
import lvm.model.ModelSummary;

/**
 * A fitted model: it has a card, and it can be written to a file and read again, in another process, with the same bits in all
 * that it computes. What a user meets is {@code model.save(file)} and {@code Models.load(file)}; {@link Models} makes the model
 * again by the method {@code static M read(ModelData data)} of its class, whose {@link ModelData#summary} is to be handed to
 * the constructor.
 */
public abstract class SavedModel implements FittedModel, Storable {
    private final ModelSummary summary;

    /**
     * For the models.
     *
     * @param summary what there is to say of the model on one card
     */
    protected SavedModel(ModelSummary summary) {
        this.summary = summary;
    }

    @Override
    public final ModelSummary summary() {
        return summary;
    }

    /**
     * Writes the model to a file: whole or not at all, in the place of one that is there.
     *
     * @param file where to; by custom it ends in {@code .safetensors}
     * @throws IllegalStateException if a part of the model is code of the user's own, such as a network that no method of
     *     the library makes; the message names the setter, and {@link #save(Path, String...)} leaves the part out
     * @throws java.io.UncheckedIOException if the file can not be written; what was there before then still is
     */
    public final void save(Path file) {
        Models.save(this, file, Precision.FULL);
    }

    /**
     * Writes the model without parts that are code of the user's own. Whoever loads it hands them in again:
     * {@code Models.load(file, Map.of("encoder", encoder))}.
     *
     * @param file where to
     * @param given the setters of these parts, such as {@code encoder}
     * @throws IllegalStateException if another part is code of the user's own
     * @throws IllegalArgumentException if the model has no such part
     * @throws java.io.UncheckedIOException if the file can not be written; what was there before then still is
     */
    public final void save(Path file, String... given) {
        Models.save(this, file, Precision.FULL, given);
    }

    /**
     * Writes the model with its numbers in the precision asked for. Whoever reads the file need not say which it was.
     *
     * @param file where to
     * @param precision {@link Precision#HALF} for a file of half the length, whose model is one of rounded numbers
     * @param given the setters of parts that are left out, as in {@link #save(Path, String...)}
     * @throws IllegalStateException if another part is code of the user's own
     * @throws IllegalArgumentException if the model has no such part, or a number that the precision does not reach; the message
     *     names the matrix
     * @throws java.io.UncheckedIOException if the file can not be written; what was there before then still is
     */
    public final void save(Path file, Precision precision, String... given) {
        Models.save(this, file, precision, given);
    }

    @Override
    public String toString() {
        return summary.toString();
    }
}
