using System.Runtime.InteropServices;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using static TorchSharp.torch;

namespace SemanticStyleGan.Studio.Api;

/// <summary>Codes that an optimisation found, as an edit that can be saved and sent.</summary>
internal static class FoundCodes
{
    /// <summary>The chosen slots of W+ <c>[1, base + 2K, D]</c>.</summary>
    internal static GivenCodes Edit(Tensor code, PartSelection selection, SemanticModel model)
    {
        using var scope = NewDisposeScope();
        Tensor chosen = code[0].index_select(0, tensor(selection.Slots.Select(s => (long)s).ToArray(), device: code.device));
        float[] values = chosen.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        Half[] halves = [.. values.Select(v => (Half)v)];
        string slots = selection.Slots.Count == model.Config.LatentSlots ? "all" : string.Join(',', selection.Slots.Select(slot => model.Generator.Latents.SlotName(slot, model.Layout)));
        return new GivenCodes(slots, MemoryMarshal.AsBytes<Half>(halves).ToArray());
    }
}
