using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// Synthesises one picture again and again while a person edits it. The parts' hidden maps are kept, and only the local generators of
/// parts whose codes or coordinates changed are run: the parts first meet in the fusion, so the picture is the same as when all are run.
/// </summary>
/// <param name="model">The model; the caller keeps owning it, and its weights must stay as they are. A session is used by one thread at a time.</param>
public sealed class EditingSession(SemanticModel model) : IDisposable
{
    private Tensor? codes;       // [1, K·L, D]
    private Tensor? coordinates; // [1, K, 2, S, S] or null
    private Tensor? atDepth;     // [K, C, P]
    private Tensor? hidden;      // [K, C, P]

    /// <summary>How many parts the last picture needed to be computed anew.</summary>
    public int PartsComputed { get; private set; }

    /// <summary>Image, mask, coarse mask and depths of one code: w <c>[1, D]</c>, W+ <c>[1, base + 2K, D]</c> or per-layer codes <c>[1, K·L, D]</c>.</summary>
    /// <exception cref="InputException">More than one code, or another shape.</exception>
    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor now = model.Generator.Latents.Expand(code.to(model.Generator.Device));
        if (now.shape[0] != 1) throw new InputException($"{now.shape[0]} codes, expected one: a session edits one picture.");
        Update(now, input?.Coordinates);
        return model.Prepared.Compose(atDepth!, hidden!, input).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? tensor in (Tensor?[])[codes, coordinates, atDepth, hidden]) tensor?.Dispose();
    }

    private void Update(Tensor now, Tensor? grid)
    {
        int[] changed = Changed(now, grid);
        PartsComputed = changed.Length;
        if (changed.Length == 0) return;
        (long parts, long layers, long size) = (model.Config.Parts, model.Config.LocalLayers, model.Config.StyleSize);
        if (changed.Length == parts) Replace(model.Generator.RunLocal(now, grid));
        else
        {
            Tensor index = tensor(changed.Select(p => (long)p).ToArray(), device: now.device);
            Tensor some = now.view(parts, layers, size).index_select(0, index).view(1, -1, size);
            (Tensor someAtDepth, Tensor someHidden) = model.Generator.RunLocal(some, grid?.index_select(1, index), index);
            atDepth!.index_copy_(0, index, someAtDepth);
            hidden!.index_copy_(0, index, someHidden);
        }
        Keep(ref codes, now.clone());
        Keep(ref coordinates, grid?.clone());
    }

    private int[] Changed(Tensor now, Tensor? grid)
    {
        int parts = model.Config.Parts;
        // Between the regular grid and given coordinates every part is run.
        if (codes is null || grid is null != coordinates is null) return [.. Enumerable.Range(0, parts)];
        Tensor differs = now.ne(codes).view(parts, -1).any(1);
        if (grid is not null) differs = differs.logical_or(grid.ne(coordinates!).view(parts, -1).any(1));
        using Tensor host = differs.cpu();
        return [.. host.data<bool>().Select((d, part) => d ? part : -1).Where(part => part >= 0)];
    }

    private void Replace((Tensor AtDepth, Tensor Hidden) maps)
    {
        // The last layer may be the depth layer: then both are one map, and a part must not be copied into it twice.
        Keep(ref atDepth, maps.AtDepth.clone());
        Keep(ref hidden, maps.Hidden.clone());
    }

    private static void Keep(ref Tensor? kept, Tensor? value)
    {
        kept?.Dispose();
        kept = value?.DetachFromDisposeScope();
    }
}
