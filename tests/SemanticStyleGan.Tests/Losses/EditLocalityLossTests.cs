using FsCheck.Xunit;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class EditLocalityLossTests
{
    // 64 pixels wide, so dilated by one.
    private static Tensor Square(int from, int to)
    {
        Tensor mask = zeros([1, 64, 64], ScalarType.Bool);
        mask.slice(1, from, to, 1).slice(2, from, to, 1).fill_(Scalars.Constant(1));
        return mask;
    }

    // Of eight pictures and 13 parts, of which all pictures show the sixth.
    private static Tensor Seen(Generator random)
    {
        Tensor seen = rand([8, 13], generator: random) > Scalars.Constant(0.6);
        seen.select(1, 5).fill_(Scalars.Constant(1));
        return seen;
    }

    [Fact]
    public void The_place_is_the_mask_before_or_after_and_a_border_of_one_pixel()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor place = EditLocalityLoss.Place(Square(10, 14), Square(12, 20));
        Assert.Equal(1, place[0, 9, 9].item<float>());
        Assert.Equal(0, place[0, 8, 9].item<float>());
        Assert.Equal(1, place[0, 20, 20].item<float>());
        Assert.Equal(0, place[0, 21, 20].item<float>());
        Assert.Equal((6 * 6) + (10 * 10) - (4 * 4), place.sum().item<float>());
    }

    [Fact]
    public void The_loss_is_the_share_of_change_elsewhere_beyond_seven_hundredths()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor before = zeros(1, 3, 64, 64), after = before.clone();
        Tensor mask = Square(10, 15), place = EditLocalityLoss.Place(mask, mask);
        after[0, .., 10, 10] = tensor(0.5f);
        Assert.Equal(0, EditLocalityLoss.Compute(before, after, place).item<float>());
        after[0, .., 40, 40] = tensor(0.03f); // 6 %
        Assert.Equal(0, EditLocalityLoss.Compute(before, after, place).item<float>());
        after[0, .., 40, 40] = tensor(-1.5f);
        double mean = 2.0 / (64 * 64);
        Assert.Equal((0.75 * mean / (mean + 5e-4)) - 0.07, EditLocalityLoss.Compute(before, after, place).item<float>(), 1e-6);
    }

    [Theory, InlineData(20, 1), InlineData(4, 16.0 / 40.96), InlineData(1, 0.1), InlineData(0, 0.1)]
    public void Parts_below_a_hundredth_of_the_picture_count_by_their_area(int side, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor before = zeros(1, 3, 64, 64), after = before.clone();
        after[0, .., 60, 60] = tensor(100f); // all of it elsewhere
        Assert.Equal(0.93 * expected, EditLocalityLoss.Compute(before, after, Square(10, 10 + side).to(ScalarType.Float32)).item<float>(), 0.03 * expected);
    }

    [Property(MaxTest = 20)]
    public void The_part_to_edit_is_one_that_is_seen(int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator((ulong)seed);
        Tensor seen = Seen(random);
        Tensor part = EditLocalityLoss.Choose(seen, rand([8, 1], generator: random), []);
        Assert.True(seen.gather(1, part).all().item<bool>());
    }

    [Fact]
    public void A_part_of_one_picture_is_edited_as_often_as_those_of_all()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor seen = tensor([true, true, false, true, true, true, true, true, false, true, true, false], 4, 3);
        Tensor chances = (arange(1000, ScalarType.Float32) + Scalars.Constant(0.5)) / Scalars.Constant(1000);
        // The second picture's parts weigh 1/4, 1/4 and 1/1, the others' a quarter each.
        double[] share = [.. Enumerable.Range(0, 3).Select(k => chances.data<float>().ToArray().Average(c =>
            EditLocalityLoss.Choose(seen[1..2].expand(1, 3), tensor([c], 1, 1), []).item<long>() == k ? 1.0 : 0))];
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], share, (a, b) => Math.Abs(a - b) < 0.01);
        share = [.. Enumerable.Range(0, 3).Select(k => chances.data<float>().ToArray().Average(c =>
            EditLocalityLoss.Choose(seen, tensor([c], 1, 1).expand(4, 1), [])[1].item<long>() == k ? 1.0 : 0))];
        Assert.Equal([1 / 6.0, 1 / 6.0, 4 / 6.0], share, (a, b) => Math.Abs(a - b) < 0.01);
    }

    [Property(MaxTest = 20)]
    public void Parts_that_come_first_are_edited_wherever_they_are_seen(int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator((ulong)seed);
        Tensor seen = Seen(random);
        Tensor chance = rand([8, 1], generator: random), part = EditLocalityLoss.Choose(seen, chance, [3, 11]);
        Assert.True(seen.gather(1, part).all().item<bool>());
        Tensor first = seen.select(1, 3).logical_or(seen.select(1, 11)), isFirst = part.squeeze(1).eq(Scalars.Constant(3)).logical_or(part.squeeze(1).eq(Scalars.Constant(11)));
        Assert.True(first.eq(isFirst).all().item<bool>());
    }

    [Property(MaxTest = 20)]
    public void The_loss_is_a_share_and_its_gradient_lessens_change_elsewhere(int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator((ulong)seed);
        Tensor before = randn([2, 3, 16, 16], generator: random), after = randn([2, 3, 16, 16], generator: random).requires_grad_();
        Tensor place = (rand([2, 16, 16], generator: random) > Scalars.Constant(0.5)).to(ScalarType.Float32);
        Tensor loss = EditLocalityLoss.Compute(before, after, place);
        Assert.InRange(loss.item<float>(), 0, 1);
        loss.backward();
        Tensor towards = (after.grad! * (after.detach() - before).sign()).sum([1]);
        Assert.True((towards * (Scalars.Constant(1) - place)).min().item<float>() >= 0);
        Assert.True((towards * place).max().item<float>() <= 0);
    }
}
