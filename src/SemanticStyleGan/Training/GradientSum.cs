using SemanticStyleGan.Distributed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// Adds up a phase's gradients and scalars over all ranks with one call on one flat tensor: all gradients, for every parameter how many ranks
/// have one, the scalars. Afterwards the gradients are views of it.
/// </summary>
internal static class GradientSum
{
    /// <summary>Replaces the gradients of <paramref name="networks"/> and <paramref name="scalars"/> by their sums. A parameter without gradient on every rank keeps none.</summary>
    internal static void Over(ProcessGroup group, IReadOnlyList<nn.Module> networks, StepScalars scalars)
    {
        if (group.Size == 1) return;
        using IDisposable _ = no_grad();
        Parameter[] parameters = [.. networks.SelectMany(n => n.parameters())];
        long gradients = parameters.Sum(p => p.numel());
        // Lives in the caller's scope, as long as the gradients are needed.
        Tensor flat = zeros([gradients + parameters.Length + scalars.Named.Count], parameters[0].dtype, parameters[0].device);
        using DisposeScope scope = NewDisposeScope();
        Tensor Part(long from, Parameter p) => flat.narrow(0, from, p.numel()).view(p.shape);

        long at = 0;
        foreach (Parameter p in parameters)
        {
            if (p.grad is { } own) Part(at, p).copy_(own);
            at += p.numel();
        }
        double[] tail = [.. parameters.Select(p => p.grad is null ? 0.0 : 1.0), .. scalars.Named.Select(s => s.Value)];
        flat.narrow(0, gradients, tail.Length).copy_(tensor(tail));
        group.Sum(flat);
        tail = flat.narrow(0, gradients, tail.Length).to(ScalarType.Float64).cpu().data<double>().ToArray();
        scalars.Set(tail.AsSpan(parameters.Length));
        at = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i].grad = tail[i] > 0 ? Part(at, parameters[i]) : null;
            at += parameters[i].numel();
        }
    }
}
