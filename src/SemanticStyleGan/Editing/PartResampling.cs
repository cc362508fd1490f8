using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>Draws new codes for chosen slots while all others are held.</summary>
/// <param name="synthesizer">Makes the new codes.</param>
public sealed class PartResampling(Synthesizer synthesizer)
{
    /// <summary>
    /// W+ <c>[count, base + 2K, D]</c>: <paramref name="code"/> <c>[1, base + 2K, D]</c> with the chosen slots of the samples
    /// <paramref name="seed"/>, <paramref name="seed"/> + 1, …
    /// </summary>
    /// <param name="code">What is held.</param>
    /// <param name="selection">What is new.</param>
    /// <param name="seed">Seed of the first variant.</param>
    /// <param name="count">How many variants.</param>
    /// <param name="truncation">0 (the mean) to 1 (all variety) of the new codes.</param>
    /// <param name="partTruncation">Another truncation for some parts, by index.</param>
    public Tensor Variants(Tensor code, PartSelection selection, long seed, int count, double truncation, IReadOnlyDictionary<int, double>? partTruncation = null)
    {
        using DisposeScope scope = NewDisposeScope();
        SemanticModel model = synthesizer.Model;
        double[] bySlot = [.. Enumerable.Range(0, model.Config.LatentSlots).Select(slot =>
            slot >= model.Config.BaseLayers && partTruncation is not null && partTruncation.TryGetValue((slot - model.Config.BaseLayers) / 2, out double own) ? own : truncation)];
        Tensor fresh = model.Generator.Latents.Broadcast(synthesizer.Codes(seed, count));
        Tensor strength = tensor(bySlot, ScalarType.Float32, device: fresh.device).unsqueeze(1); // [slots, 1]
        return selection.Replace(code, model.MeanLatent.Plus(strength * (fresh - model.MeanLatent))).MoveToOuterDisposeScope();
    }
}
