/**
 * Numbers and models in files. A model is one file:
 *
 * <pre>{@code
 * vae.save(Path.of("vae.safetensors"));
 * Vae again = Vae.load(Path.of("vae.safetensors"));
 * }</pre>
 *
 * {@link lvm.store.SavedModel} is what a model implements for it, {@link lvm.store.ModelData} what it is made of,
 * {@link lvm.store.Recipe} how a network is made that the library offers by name, {@link lvm.store.Models} reads and writes.
 * {@link lvm.store.Precision} says in how many bits. {@link lvm.store.Safetensors} is the layout of the files,
 * {@link lvm.store.Store} keeps a JSON file and its numbers together for checkpoints. Everything is written to a new file that
 * takes the place of the old one in one move, guarded by SHA-256, and read without running any code of the file.
 */
package lvm.store;
