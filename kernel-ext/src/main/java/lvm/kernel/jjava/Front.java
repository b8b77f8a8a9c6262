package lvm.kernel.jjava;

import com.google.gson.JsonObject;
import java.util.List;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.render.Renderers.Bundle;

/** What the kernel does for extensions that were written for JJava. */
public interface Front {

    /**
     * The language.
     *
     * @return the evaluator
     */
    Evaluator evaluator();

    /**
     * Runs a text as a part of the current cell.
     *
     * @param code Java
     * @return its value, or null
     * @throws CellException if it fails
     */
    Object evaluate(String code) throws CellException;

    /**
     * Shows something.
     *
     * @param bundle its forms
     * @param id the id of the display, or null
     * @param update whether it replaces what has that id
     */
    void display(Bundle bundle, String id, boolean update);

    /**
     * Removes the output of the current cell.
     *
     * @param wait whether to remove it only when the next output comes
     */
    void clearOutput(boolean wait);

    /**
     * Asks the user.
     *
     * @param prompt the question
     * @param password whether to hide the answer
     * @return the answer
     */
    String input(String prompt, boolean password);

    /**
     * Sends a comm message.
     *
     * @param type {@code comm_open}, {@code comm_msg} or {@code comm_close}
     * @param content its content
     * @param buffers binary frames
     */
    void comm(String type, JsonObject content, List<byte[]> buffers);
}
