using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Asks that an edit of one part changes the picture where the part is and nowhere else (ours, not the paper's): the render net sees all parts at once and
/// may redraw what nobody touched.
/// </summary>
public static class EditLocalityLoss
{
    // Of the picture's width: a part's outline is not sharper than that.
    private const double Dilation = 0.02;

    // Mean change of a channel, in units of [-1, 1], below which an edit hardly counts: less than that of a nose, as otherwise codes that do nothing are rewarded.
    private const double Faint = 5e-4;

    // What may fall outside: parts that are local already are left to the other losses, which would have to pay for more.
    private const double Allowed = 0.07;

    // The share of a picture from which on a part counts fully, and what one counts that is not seen: a pixel's surroundings always change with it, so asked as much as the others,
    // parts of a few pixels would rather do nothing or vanish.
    private const double FullArea = 0.01, Least = 0.1;

    /// <summary>
    /// The share of all absolute change that falls outside the part, 0 … 1, beyond 7 %, mean over pictures, a scalar. The part's place is its mask before or after the
    /// edit, <see cref="Place">dilated</see>; it takes no gradient. A place of less than 1 % of the picture counts in proportion, but at least a tenth.
    /// </summary>
    /// <param name="before">Pictures <c>[N, 3, R, R]</c> around [-1, 1].</param>
    /// <param name="after">The same, edited.</param>
    /// <param name="place">1 where change is expected, else 0, <c>[N, R, R]</c>.</param>
    public static Tensor Compute(Tensor before, Tensor after, Tensor place)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor change = (before - after).abs().mean([1]);                                   // [N, R, R]
        Tensor outside = (change * (Constant(1) - place)).mean([1, 2]);
        Tensor weight = (place.mean([1, 2]) / Constant(FullArea)).clamp(Constant(Least), Constant(1));
        Tensor excess = (outside / (change.mean([1, 2]) + Constant(Faint)) - Constant(Allowed)).relu();
        return (excess * weight).mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Which part of each picture to edit, <c>[N, 1]</c>: one that is seen in it, where those that few pictures have are edited as often as those of all. Chosen without that, hats
    /// and glasses would hardly ever be. Where one of the parts <paramref name="first"/> is seen, it is one of these.
    /// </summary>
    /// <param name="seen">Whether a part is seen before or after an edit, bool <c>[N, K]</c>; every picture has at least one.</param>
    /// <param name="chance">Uniform numbers in [0, 1), <c>[N, 1]</c>.</param>
    /// <param name="first">Parts that come before all others.</param>
    internal static Tensor Choose(Tensor seen, Tensor chance, IReadOnlyList<int> first)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor preferred = zeros(seen.shape[1], ScalarType.Bool);
        foreach (int k in first) preferred[k] = true;
        preferred = preferred.logical_and(seen);
        Tensor weight = where(preferred.any(1, keepdim: true), preferred, seen).to(ScalarType.Float32);
        Tensor upTo = (weight / weight.sum([0], keepdim: true).clamp_min(Constant(1))).cumsum(1);
        Tensor part = upTo.le(chance * upTo.narrow(1, upTo.shape[1] - 1, 1)).sum([1], keepdim: true);
        return part.clamp_max(Constant(seen.shape[1] - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Where an edit of a part may change a picture: 1 in the part's mask before or after, dilated by 2 % of the width, else 0; all <c>[N, R, R]</c>.</summary>
    /// <param name="before">Whether a pixel is the part's, bool.</param>
    /// <param name="after">The same after the edit.</param>
    public static Tensor Place(Tensor before, Tensor after)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = before.logical_or(after).to(ScalarType.Float32);
        long radius = (long)Math.Round(Dilation * mask.shape[2]);
        Tensor place = radius == 0 ? mask : F.max_pool2d(mask.unsqueeze(1), [2 * radius + 1, 2 * radius + 1], [1, 1], [radius, radius]).squeeze(1);
        return place.MoveToOuterDisposeScope();
    }
}
