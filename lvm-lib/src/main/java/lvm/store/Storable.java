package lvm.store;

/**
 * What can be put down in a file as values and matrices: a {@link SavedModel}, or a part of one. The class has a method
 * {@code static M read(ModelData data)} that makes it again.
 */
public interface Storable {

    /**
     * Puts down what the object is made of. The {@link lvm.model.ModelSummary} of a model need not be put down: {@link Models}
     * does that.
     *
     * @param data where to
     */
    void store(ModelData data);
}
