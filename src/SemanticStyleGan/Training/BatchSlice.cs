using SemanticStyleGan.Distributed;

namespace SemanticStyleGan.Training;

/// <summary>
/// A part of the batch that is computed at once: of N samples those numbered Index, Index + Count, Index + 2·Count, …
/// Groups of minibatch statistics are strided in the same way, so a slice of a multiple of 4 samples consists of whole groups, and
/// slices together (over ranks and over micro-batches) give what the batch would give in one piece.
/// </summary>
/// <param name="Index">Which slice, from 0.</param>
/// <param name="Count">How many slices the batch has, over all ranks.</param>
/// <param name="Batch">N, over all ranks.</param>
internal readonly record struct BatchSlice(int Index, int Count, int Batch)
{
    /// <summary>How many of the first <paramref name="samples"/> samples of the batch are in the slice.</summary>
    internal int SamplesOf(int samples) => Math.Max(0, (samples - Index + Count - 1) / Count);

    /// <summary>The slices of a rank: slice a of A takes samples a, a + A, … of those that the rank has.</summary>
    /// <exception cref="InputException">Ranks, micro-batch or the groups of minibatch statistics do not divide the batch.</exception>
    internal static IReadOnlyList<BatchSlice> Of(ProcessGroup group, int batch, int? microBatch)
    {
        if (batch % group.Size != 0)
            throw new InputException($"a batch of {batch} on {group.Size} ranks, expected a multiple of the number of ranks; choose another --batch or number of ranks.");
        int own = batch / group.Size, size = Math.Min(microBatch ?? own, own);
        if (own % size != 0)
            throw new InputException($"micro-batches of {size} of the {own} images that a rank has of a batch of {batch}, expected a divisor of {own}; choose another --micro-batch.");
        if (size > StatisticsGroup && size % StatisticsGroup != 0)
            throw new InputException($"{size} images at once, expected at most {StatisticsGroup} or a multiple of it (minibatch statistics); choose another --batch, --micro-batch or number of ranks.");
        int perRank = own / size;
        return [.. Enumerable.Range(0, perRank).Select(a => new BatchSlice(a * group.Size + group.Rank, perRank * group.Size, batch))];
    }

    /// <summary>Whether the slices give other minibatch statistics than the whole batch: their groups are smaller.</summary>
    internal bool HasSmallerGroups => Math.Min(StatisticsGroup, Batch / Count) < Math.Min(StatisticsGroup, Batch);

    internal const int StatisticsGroup = 4;
}
