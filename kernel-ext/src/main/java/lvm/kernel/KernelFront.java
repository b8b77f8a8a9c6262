package lvm.kernel;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.jjava.Front;
import lvm.kernel.render.Renderers.Bundle;

/** What the kernel does for JJava's extensions: each call goes to the part of the kernel whose job it is. */
record KernelFront(CompletableFuture<Evaluator> language, CellSession session, Sender sender, CellInput stdin)
        implements Front {

    @Override
    public Evaluator evaluator() {
        return language.join();
    }

    @Override
    public Object evaluate(String code) throws CellException {
        return session.evaluate(code);
    }

    @Override
    public void display(Bundle bundle, String id, boolean update) {
        sender.display(bundle, id, update);
    }

    @Override
    public void clearOutput(boolean wait) {
        sender.clearOutput(wait);
    }

    @Override
    public String input(String prompt, boolean password) {
        return stdin.ask(prompt, password);
    }

    @Override
    public void comm(String type, JsonObject content, List<byte[]> buffers) {
        sender.publish(type, content, buffers);
    }
}
