using SemanticStyleGan.Distributed;
using SemanticStyleGan.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// Whether an edit of one part changes that part only: the share of all absolute pixel change that falls inside the part's mask before or after the
/// edit, dilated by 2 % of the picture's width. Changes are summed over all pictures, so large edits count for more than small ones.
/// </summary>
/// <param name="classes">Classes K.</param>
public sealed class EditLocality(int classes)
{
    private readonly double[] inside = new double[classes], total = new double[classes];

    /// <summary>The share of change inside, 0 … 1, of edits of class <paramref name="k"/>; null where nothing changed.</summary>
    public double? Of(int k) => total[k] > 0 ? inside[k] / total[k] : null;

    /// <summary>Adds pictures of which one part was edited.</summary>
    /// <param name="k">The part.</param>
    /// <param name="before">Pictures [N, 3, R, R] around [-1, 1], clamped here.</param>
    /// <param name="after">The same, edited.</param>
    /// <param name="labelsBefore">Their masks [N, R, R] of int64.</param>
    /// <param name="labelsAfter">The same, edited.</param>
    public void Add(int k, Tensor before, Tensor after, Tensor labelsBefore, Tensor labelsAfter)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor change = (before.clamp(Constant(-1), Constant(1)) - after.clamp(Constant(-1), Constant(1))).abs().sum(1); // [N, R, R]
        Tensor place = EditLocalityLoss.Place(labelsBefore == Constant(k), labelsAfter == Constant(k));
        inside[k] += (change * place).sum().item<float>();
        total[k] += change.sum().item<float>();
    }

    /// <summary>Takes in what the other ranks have added.</summary>
    internal void SumOver(ProcessGroup group)
    {
        group.Sum(inside);
        group.Sum(total);
    }
}
