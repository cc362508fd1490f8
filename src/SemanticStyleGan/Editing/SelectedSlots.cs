using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>What a <see cref="PartSelection"/> does with tensors.</summary>
public static class SelectedSlots
{
    /// <param name="selection">The slots.</param>
    extension(PartSelection selection)
    {
        /// <summary>Reads a list of names of a model's parts and slots, see <see cref="PartSelection.Parse"/>.</summary>
        /// <exception cref="InputException">A name is unknown; the message lists those there are.</exception>
        public static PartSelection Parse(string names, PartCode what, SemanticModel model) =>
            PartSelection.Parse(names, what, model.Generator.Latents, model.Layout);

        /// <summary>Ones in the chosen slots, zeros elsewhere: <c>[base + 2K, 1]</c> of bool.</summary>
        public Tensor Mask(Device device)
        {
            using DisposeScope scope = NewDisposeScope();
            bool[] chosen = new bool[selection.SlotCount];
            foreach (int slot in selection.Slots) chosen[slot] = true;
            return tensor(chosen, device: device).unsqueeze(1).MoveToOuterDisposeScope();
        }

        /// <summary>W+ codes <c>[N, base + 2K, D]</c> whose chosen slots come from <paramref name="source"/> and all others from <paramref name="target"/>; each may have N = 1.</summary>
        public Tensor Replace(Tensor target, Tensor source)
        {
            using DisposeScope scope = NewDisposeScope();
            return where(selection.Mask(target.device), source, target).MoveToOuterDisposeScope();
        }
    }
}
