using System.Text.Json;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_that_stops_and_continues_gives_the_same_weights_as_one_that_does_not_bit_for_bit()
    {
        TinyTraining.Run(folder.File("whole"));
        TinyTraining.Run(folder.File("parts"), TinyTraining.Config with { Images = 24 });
        TinyTraining.Run(folder.File("parts"), TinyTraining.Config with { Images = 40 });
        TinyTraining.Run(folder.File("parts"));

        using TensorFile whole = Last("whole"), parts = Last("parts");
        Assert.Equal("48", whole.Metadata["images_seen"]);
        Parity.AssertSame(whole.Tensors, parts.Tensors);
        Assert.Equal(LogWithoutTimes("whole"), LogWithoutTimes("parts"));
    }

    [Fact]
    public void A_cancelled_run_leaves_a_checkpoint_and_continues_to_the_same_weights()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Equal(4, TinyTraining.Run(folder.File("stopped"), stop: stop.Token));
        Assert.Equal(48, TinyTraining.Run(folder.File("stopped")));
        TinyTraining.Run(folder.File("whole"));
        using TensorFile whole = Last("whole"), stopped = Last("stopped");
        Parity.AssertSame(whole.Tensors, stopped.Tensors);
    }

    [Fact]
    public void A_run_writes_model_previews_log_chart_and_as_many_checkpoints_as_are_kept()
    {
        TinyTraining.Run(folder.File("run"));
        using RunFolder run = new(folder.File("run"));
        using SemanticModel model = SemanticModel.Load(run.ModelFile, CPU);
        Assert.Equal(TinyTraining.Config.Generator, model.Config);
        Assert.Equal(SemanticLayout.Faces, model.Layout);
        Assert.Equal("48", model.Provenance["imagesSeen"]!.ToJsonString());
        Assert.True(File.Exists(run.Preview(48)));
        Assert.True(File.Exists(run.ChartFile));
        Assert.Equal(TinyTraining.Options.Keep, run.Checkpoints().Count);
        Assert.Equal(TinyTraining.Config, JsonSerializer.Deserialize<TrainingConfig>(File.ReadAllText(run.ConfigFile), StrictJson.Options));
        Assert.NotEmpty(Directory.GetFiles(run.TensorBoard));
    }

    [Fact]
    public void An_unreadable_newest_checkpoint_is_passed_over()
    {
        TinyTraining.Run(folder.File("run"), TinyTraining.Config with { Images = 32 });
        string newest;
        using (RunFolder run = new(folder.File("run"))) newest = run.Checkpoints()[0];
        File.WriteAllBytes(newest, [1, 2, 3]);
        Assert.Equal(48, TinyTraining.Run(folder.File("run")));
        TinyTraining.Run(folder.File("whole"));
        using TensorFile whole = Last("whole"), repaired = Last("run");
        Parity.AssertSame(whole.Tensors, repaired.Tensors);
    }

    [Fact]
    public void A_run_none_of_whose_checkpoints_can_be_read_is_refused_and_left_alone()
    {
        TinyTraining.Run(folder.File("run"), TinyTraining.Config with { Images = 32 });
        IReadOnlyList<string> checkpoints;
        using (RunFolder run = new(folder.File("run"))) checkpoints = run.Checkpoints();
        Assert.Equal(2, checkpoints.Count);
        foreach (string checkpoint in checkpoints) File.WriteAllBytes(checkpoint, [1, 2, 3]);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => TinyTraining.Run(folder.File("run")));
        Assert.Contains(Path.GetFileName(checkpoints[1]), e.Message);
        Assert.All(checkpoints, checkpoint => Assert.Equal(3, new FileInfo(checkpoint).Length));
    }

    [Fact]
    public void Half_written_files_of_a_killed_run_are_removed_and_a_large_log_is_continued_in_a_new_file()
    {
        TinyTraining.Run(folder.File("run"), TinyTraining.Config with { Images = 32 });
        string remains = Path.Combine(folder.File("run"), "checkpoints", "images-0000000032.safetensors.4711.tmp"), log = Path.Combine(folder.File("run"), "log.jsonl"), earlier = Path.Combine(folder.File("run"), "log.1.jsonl");
        File.WriteAllBytes(remains, [1, 2, 3]);
        string line = File.ReadLines(log).First(), many = string.Concat(Enumerable.Repeat(line + "\n", (int)(TrainingLog.MostBytes / line.Length) + 1));
        File.WriteAllText(log, many);
        TinyTraining.Run(folder.File("run"));
        Assert.False(File.Exists(remains));
        Assert.Equal(many.Length, new FileInfo(earlier).Length);
        Assert.Equal(2, File.ReadLines(log).Count()); // after 40 and 48 images
    }

    [Fact]
    public void Another_configuration_is_refused_and_its_differences_are_named()
    {
        TinyTraining.Run(folder.File("run"));
        InputException e = Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("run"), TinyTraining.Config with { R1Image = 7 }));
        Assert.Contains("r1Image 1, now 7", e.Message);
    }

    [Fact]
    public void A_folder_of_other_things_and_a_folder_in_use_are_refused()
    {
        Directory.CreateDirectory(folder.File("other"));
        File.WriteAllText(Path.Combine(folder.File("other"), "thesis.txt"), "years of work");
        Assert.Contains("not empty", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("other"))).Message);
        Assert.Equal(["thesis.txt"], Directory.GetFiles(folder.File("other")).Select(f => Path.GetFileName(f)));

        using RunFolder held = new(folder.File("held"));
        Assert.Contains("another process", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("held"))).Message);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_with_the_last_checkpoint_intact()
    {
        TinyTraining.Run(folder.File("run"), TinyTraining.Config with { Images = 16 });
        string checkpoint;
        using (RunFolder run = new(folder.File("run"))) checkpoint = run.Checkpoints()[0];
        using (TensorFile file = Safetensors.Read(checkpoint))
        {
            file.Tensors["discriminator.final_logit.bias"].fill_(float.NaN);
            Safetensors.Write(checkpoint, file.Tensors, file.Metadata);
        }
        byte[] before = File.ReadAllBytes(checkpoint);
        InputException e = Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("run")));
        Assert.Contains("the loss 'discriminator' is NaN after 16 images", e.Message);
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
    }

    private TensorFile Last(string run)
    {
        using RunFolder opened = new(folder.File(run));
        return Safetensors.Read(opened.Checkpoints()[0]);
    }

    private List<(long Images, double D, double G)> LogWithoutTimes(string run) =>
        [.. File.ReadLines(Path.Combine(folder.File(run), "log.jsonl")).Select(l => JsonSerializer.Deserialize<JsonElement>(l))
            .Select(l => (l.GetProperty("images").GetInt64(), l.GetProperty("discriminator").GetDouble(), l.GetProperty("generator").GetDouble()))];
}
