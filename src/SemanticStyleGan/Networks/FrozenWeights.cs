using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>Holds a network's weights while something else is fitted: until it is disposed, gradients are taken for the given parameters only.</summary>
internal sealed class FrozenWeights : IDisposable
{
    private readonly Parameter[] frozen;

    internal FrozenWeights(nn.Module network, IEnumerable<Parameter>? except = null)
    {
        HashSet<IntPtr> free = [.. (except ?? []).Select(p => p.Handle)];
        frozen = [.. network.parameters().Where(p => p.requires_grad && !free.Contains(p.Handle))];
        foreach (Parameter p in frozen) p.requires_grad = false;
    }

    public void Dispose()
    {
        foreach (Parameter p in frozen) p.requires_grad = true;
    }
}
