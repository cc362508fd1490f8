using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// The one table between the stacked names of this project's networks and the names in the authors' checkpoints.
/// One stacked tensor (say <c>local.weight</c> [K, L, C, C]) is many official ones (<c>local_nets.{k}.linears.{l}.conv.weight</c>
/// [1, C, C, 1, 1]). Pure slices, stacks and reshapes: values, gradients and optimiser moments convert alike, bit for bit.
/// </summary>
public sealed class OfficialNames
{
    private readonly IReadOnlyList<OfficialSlot> slots;
    private readonly Dictionary<string, OfficialSlot> byOfficial;

    internal OfficialNames(IReadOnlyList<OfficialSlot> slots)
    {
        this.slots = slots;
        byOfficial = slots.ToDictionary(s => s.Official, StringComparer.Ordinal);
    }

    /// <summary>All official names in the order of the authors' state dict.</summary>
    public IEnumerable<string> All => slots.Select(s => s.Official);

    /// <summary>The official names of the learned tensors in the same order: the index of an optimiser's state.</summary>
    public IEnumerable<string> Parameters => slots.Where(s => s.Kind == OfficialKind.Parameter).Select(s => s.Official);

    /// <summary>Whether an official name is that of a learned tensor.</summary>
    public bool IsParameter(string official) => byOfficial.TryGetValue(official, out OfficialSlot? slot) && slot.Kind == OfficialKind.Parameter;

    /// <summary>The stacked tensor that an official one is a slice of; null for constants and unknown names.</summary>
    public string? NativeOf(string official) => byOfficial.GetValueOrDefault(official)?.Native;

    /// <summary>The table for a generator.</summary>
    /// <param name="parts">K, the classes including the background.</param>
    /// <param name="localLayers">L, the layers of a local generator.</param>
    /// <param name="mappingLayers">The layers of the mapping network.</param>
    /// <param name="convolutions">The render net's 3×3 convolutions, two for each doubling.</param>
    public static OfficialNames Generator(int parts, int localLayers, int mappingLayers, int convolutions) =>
        new(OfficialTable.Generator(parts, localLayers, mappingLayers, convolutions));

    /// <summary>The table for a discriminator.</summary>
    /// <param name="blocks">Residual blocks of a branch: log2(image size) − 2.</param>
    /// <param name="masks">Whether it has a mask branch.</param>
    public static OfficialNames Discriminator(int blocks, bool masks = true) => new(OfficialTable.Discriminator(blocks, masks));

    /// <summary>The table that fits a network's values under official or stacked names; generator or discriminator is seen from them.</summary>
    /// <exception cref="CheckpointFormatException">The names are of neither network; <paramref name="source"/> is named.</exception>
    public static OfficialNames For(IReadOnlyDictionary<string, Tensor> values, string source)
    {
        List<string> names = [.. values.Keys];
        if (values.TryGetValue("local.weight", out Tensor? local) && local.ndim == 4)
            return Generator((int)local.shape[0], (int)local.shape[1], OfficialTable.Count(names, "mapping."), OfficialTable.Count(names, "render.convolutions."));
        if (values.ContainsKey("image_branch.input.weight"))
            return Discriminator(OfficialTable.Count(names, "image_branch.blocks."), values.ContainsKey("mask_branch.input.weight"));
        return ForOfficial(names, source);
    }

    /// <summary>The table that fits official names.</summary>
    /// <exception cref="CheckpointFormatException">The names are of neither network; <paramref name="source"/> is named.</exception>
    public static OfficialNames ForOfficial(IReadOnlyCollection<string> names, string source)
    {
        if (names.Any(n => n.StartsWith("local_nets.0.", StringComparison.Ordinal)))
            return Generator(OfficialTable.Count(names, "local_nets."), OfficialTable.Count(names, "local_nets.0.linears."),
                OfficialTable.Count(names, "style.", first: 1), OfficialTable.Count(names, "render_net.convs."));
        if (names.Contains("convs_img.0.0.weight"))
            return Discriminator(OfficialTable.Count(names, "convs_img.", first: 1), names.Contains("convs_seg.0.0.weight"));
        throw new CheckpointFormatException($"{source}: these are not the tensors of a SemanticStyleGAN generator or discriminator; found {Listed(names)}.");
    }

    /// <summary>Stacks official tensors. The result may share memory with the input.</summary>
    /// <param name="official">Tensors under official names; the constant kernels may be missing.</param>
    /// <param name="source">What to call the input in errors, such as <c>x.pt: g_ema</c>.</param>
    /// <param name="parametersOnly">The input has learned tensors only (gradients, moments).</param>
    /// <exception cref="CheckpointFormatException">Names are unknown or missing, or a shape or kernel is another; each is named.</exception>
    public Dictionary<string, Tensor> ToNative(IReadOnlyDictionary<string, Tensor> official, string source, bool parametersOnly = false)
    {
        List<OfficialSlot> wanted = Wanted(parametersOnly);
        Check(official.Keys, byOfficial.Keys, wanted.Where(s => s.Kind != OfficialKind.Constant).Select(s => s.Official), source);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (OfficialSlot slot in wanted.Where(s => s.Kind == OfficialKind.Constant))
            if (official.TryGetValue(slot.Official, out Tensor? kernel) && !slot.IsThisKernel(kernel))
                throw new CheckpointFormatException($"{source}: '{slot.Official}' is not the blur of [1, 3, 3, 1]; networks with other kernels are not supported.");

        Dictionary<string, Tensor> native = new(StringComparer.Ordinal);
        foreach (var stack in wanted.Where(s => s.Kind != OfficialKind.Constant).GroupBy(s => s.Native!))
        {
            // The background has no depth head, and tables are written part by part: position, not order, says what goes where.
            Tensor[] slices = [.. stack.OrderBy(s => s.Position).Select(s => s.Slice(official[s.Official], source))];
            long[] lead = stack.First().Lead;
            if (slices.FirstOrDefault(s => !s.shape.AsSpan().SequenceEqual(slices[0].shape)) is { } odd)
                throw new CheckpointFormatException($"{source}: the tensors of '{stack.Key}' ({stack.First().Official}, ...) have different shapes: [{string.Join(", ", slices[0].shape)}] and [{string.Join(", ", odd.shape)}].");
            native[stack.Key] = lead.Length == 0 ? slices[0] : torch.stack(slices).reshape([.. lead, .. slices[0].shape]);
        }
        foreach (Tensor tensor in native.Values) tensor.MoveToOuterDisposeScope();
        return native;
    }

    /// <summary>Slices stacked tensors into official ones, in the order of the authors' state dict, and adds the constant kernels. The result shares memory with the input.</summary>
    /// <param name="native">Tensors under stacked names.</param>
    /// <param name="source">What to call the input in errors.</param>
    /// <param name="parametersOnly">The input has learned tensors only (gradients, moments): no kernels are added.</param>
    /// <exception cref="CheckpointFormatException">Names are unknown or missing, or a shape is another; each is named.</exception>
    public Dictionary<string, Tensor> ToOfficial(IReadOnlyDictionary<string, Tensor> native, string source, bool parametersOnly = false)
    {
        List<OfficialSlot> wanted = Wanted(parametersOnly);
        Check(native.Keys, slots.Select(s => s.Native).OfType<string>(), wanted.Select(s => s.Native).OfType<string>(), source);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Dictionary<string, Tensor> official = new(StringComparer.Ordinal);
        foreach (OfficialSlot slot in wanted)
            official[slot.Official] = slot.Kind == OfficialKind.Constant ? slot.Kernel() : slot.Cut(native[slot.Native!], source);
        foreach (Tensor tensor in official.Values) tensor.MoveToOuterDisposeScope();
        return official;
    }

    private List<OfficialSlot> Wanted(bool parametersOnly) =>
        [.. slots.Where(s => !parametersOnly || s.Kind == OfficialKind.Parameter)];

    private static void Check(IEnumerable<string> found, IEnumerable<string> known, IEnumerable<string> needed, string source)
    {
        HashSet<string> present = [.. found];
        List<string> missing = [.. needed.Distinct().Where(n => !present.Contains(n))];
        present.ExceptWith(known);
        if (missing.Count == 0 && present.Count == 0) return;
        string text = $"{source}: the tensors do not fit the network";
        if (missing.Count > 0) text += $"; missing: {Listed(missing)}";
        if (present.Count > 0) text += $"; unknown: {Listed(present)}";
        throw new CheckpointFormatException(text + ".");
    }

    private static string Listed(IReadOnlyCollection<string> names)
    {
        const int most = 6;
        string text = string.Join(", ", names.Order(StringComparer.Ordinal).Take(most).Select(n => $"'{n}'"));
        return names.Count > most ? $"{text} and {names.Count - most} more" : names.Count == 0 ? "nothing" : text;
    }
}
