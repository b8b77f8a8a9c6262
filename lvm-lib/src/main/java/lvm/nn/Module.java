package lvm.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/** What has parameters: a layer, a network, an invertible map. */
public interface Module {

    /**
     * What is learnt.
     *
     * @return the parameters in a fixed order, live, with names that differ
     */
    default List<Param> params() {
        return List.of();
    }

    /**
     * What is kept beside the parameters and belongs into a checkpoint, such as running moments.
     *
     * @return matrices by name, in a fixed order; live
     */
    default Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    /**
     * All that the module consists of: what belongs into a file.
     *
     * @return the values of the parameters and then the buffers by name, in a fixed order; live
     */
    default Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        params().forEach(p -> all.put(p.name(), p.value()));
        all.putAll(buffers());
        return all;
    }

    /**
     * Copies the parameters and buffers of a module of the same make.
     *
     * @param from the other module, with the same names and shapes in the same order; not modified
     * @throws IllegalArgumentException if a name or a shape differs; nothing is copied then
     */
    default void copyFrom(Module from) {
        Modules.copy(from, this);
    }

    /**
     * The parameters of several modules.
     *
     * @param modules the modules
     * @return theirs, one module after the other
     */
    static List<Param> params(Iterable<? extends Module> modules) {
        List<Param> all = new ArrayList<>();
        modules.forEach(module -> all.addAll(module.params()));
        return List.copyOf(all);
    }

    /**
     * The buffers of several modules.
     *
     * @param modules the modules
     * @return theirs, one module after the other
     */
    static Map<String, FMatrixRMaj> buffers(Iterable<? extends Module> modules) {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        modules.forEach(module -> all.putAll(module.buffers()));
        return all;
    }
}
