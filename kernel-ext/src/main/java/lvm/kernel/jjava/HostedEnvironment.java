package lvm.kernel.jjava;

import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.publish.PublishClearOutput;
import org.dflib.jjava.jupyter.messages.publish.PublishDisplayData;
import org.dflib.jjava.jupyter.messages.publish.PublishStream;
import org.dflib.jjava.jupyter.messages.publish.PublishUpdateDisplayData;

/** Takes what JJava's streams publish and hands it to the {@link Front}. Replies are dropped: our kernel sends its own. */
final class HostedEnvironment extends ShellReplyEnvironment {
    private final Front front;

    HostedEnvironment(Front front) {
        super(null, null, null, null);
        this.front = front;
    }

    @Override
    public void publish(Message<?> message) {
        Object content = message.getContent();
        if (content instanceof PublishUpdateDisplayData data) {
            show(data, true);
        } else if (content instanceof PublishDisplayData data) {
            show(data, false);
        } else if (content instanceof PublishClearOutput clear) {
            front.clearOutput(clear.shouldWait());
        } else if (content instanceof PublishStream text) {
            (text.getStreamType() == PublishStream.StreamType.OUT ? System.out : System.err).print(text.getText());
        }
    }

    private void show(DisplayData data, boolean update) {
        front.display(DisplayDatas.bundle(data), data.getDisplayId(), update);
    }

    @Override
    public void reply(Message<?> message) {
        // Our kernel sends the reply.
    }

    @Override
    public String readFromStdIn(String prompt, boolean isPassword) {
        return front.input(prompt, isPassword);
    }
}
