/** Autoencoders, and generative models whose inference is a network: variational autoencoders and what is made of them. */
package lvm.vae;
