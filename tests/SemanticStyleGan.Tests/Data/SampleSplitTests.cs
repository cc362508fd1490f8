using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SemanticStyleGan.Data;

namespace SemanticStyleGan.Tests.Data;

public sealed class SampleSplitTests
{
    [Property(MaxTest = 50)]
    public bool Each_sample_is_in_one_part_and_every_part_is_held_out_by_one_fold(PositiveInt more)
    {
        int folds = 2 + more.Get % 7;
        PatternSource source = new(folds + more.Get, 4, SemanticLayout.Faces);
        HashSet<string> held = [];
        for (int fold = 0; fold < folds; fold++)
        {
            SampleSplit split = SampleSplit.Of(source, fold, folds);
            string[] training = [.. Contents(split.Training)], heldOut = [.. Contents(split.HeldOut)];
            if (training.Length + heldOut.Length != source.Count || training.Intersect(heldOut).Any()) return false;
            held.UnionWith(heldOut);
        }
        return held.SetEquals(Contents(source));
    }

    [Theory, InlineData(0, 1), InlineData(2, 2), InlineData(-1, 3), InlineData(0, 30)]
    public void Splits_that_leave_nothing_are_refused(int fold, int folds) =>
        Assert.Throws<InputException>(() => SampleSplit.Of(new PatternSource(20, 4, null), fold, folds));

    private static IEnumerable<string> Contents(ISampleSource source)
    {
        byte[] rgb = new byte[48], labels = new byte[16];
        for (int i = 0; i < source.Count; i++)
        {
            source.Read(i, rgb, labels);
            yield return Convert.ToHexString(rgb);
        }
    }
}
