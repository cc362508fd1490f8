using TorchSharp;

namespace SemanticStyleGan.Kernels;

/// <summary>Runs blocks of a kernel on as many threads as libtorch uses.</summary>
internal static class Workers
{
    /// <summary>How many threads work at once.</summary>
    internal static int Count => torch.get_num_threads();

    /// <summary>Calls <paramref name="block"/> with 0 … count − 1, in any order.</summary>
    internal static void Run(int count, Action<int> block)
    {
        if (count == 1) block(0);
        else if (count > 1) Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Count }, block);
    }
}
