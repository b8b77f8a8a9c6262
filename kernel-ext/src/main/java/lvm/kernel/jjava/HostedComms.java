package lvm.kernel.jjava;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommFactory;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.comm.CommTarget;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;

/** JJava's comms, whose messages are sent by the {@link Front}. */
final class HostedComms extends CommManager {
    private final Front front;

    HostedComms(Front front) {
        this.front = front;
    }

    @Override
    public <T extends Comm> T openComm(String targetName, CommFactory<T> factory) {
        String id = UUID.randomUUID().toString();
        Message<CommOpenCommand> message =
                message(MessageType.COMM_OPEN_COMMAND, new CommOpenCommand(id, targetName, new JsonObject()), null);
        T comm = factory.produce(this, id, targetName, message);
        JsonObject content = content(id, message.getContent().getData());
        content.addProperty("target_name", targetName);
        front.comm("comm_open", content, buffers(message.getBlobs()));
        registerComm(comm);
        return comm;
    }

    @Override
    public void messageComm(String commId, JsonObject data, Map<String, Object> metadata, List<byte[]> blobs) {
        front.comm("comm_msg", content(commId, data), buffers(blobs));
    }

    @Override
    public void closeComm(Comm comm) {
        JsonObject content = content(comm.getID(), new JsonObject());
        front.comm("comm_close", content, List.of());
        close(comm.getID(), new JsonObject(), List.of());
    }

    private void close(String id, JsonObject data, List<byte[]> blobs) {
        handleCommCloseCommand(
                new HostedEnvironment(front),
                message(MessageType.COMM_CLOSE_COMMAND, new CommCloseCommand(id, data), blobs));
    }

    /** Handles a message of the front end. To open a comm with an unknown target is answered by closing it. */
    void handle(lvm.kernel.wire.Message message) {
        String id = message.text("comm_id", "");
        JsonObject data = message.object("data");
        switch (message.type()) {
            case "comm_open" -> {
                String name = message.text("target_name", "");
                CommTarget target = getTarget(name);
                if (target == null) {
                    front.comm("comm_close", content(id, new JsonObject()), List.of());
                } else {
                    CommOpenCommand command = new CommOpenCommand(id, name, data);
                    registerComm(target.createComm(
                            this, id, name, message(MessageType.COMM_OPEN_COMMAND, command, message.buffers())));
                }
            }
            case "comm_msg" ->
                handleCommMsgCommand(
                        new HostedEnvironment(front),
                        message(MessageType.COMM_MSG_COMMAND, new CommMsgCommand(id, data), message.buffers()));
            case "comm_close" -> close(id, data, message.buffers());
            default -> throw new IllegalArgumentException("HostedComms.handle: not a comm message: " + message.type());
        }
    }

    private static JsonObject content(String id, JsonElement data) {
        JsonObject content = new JsonObject();
        content.addProperty("comm_id", id);
        content.add("data", data == null ? new JsonObject() : data);
        return content;
    }

    private static List<byte[]> buffers(List<byte[]> blobs) {
        return blobs == null ? List.of() : List.copyOf(blobs);
    }

    private static <T> Message<T> message(MessageType<T> type, T content, List<byte[]> blobs) {
        return new Message<>(new Header<>(type), content, Map.of(), blobs);
    }
}
