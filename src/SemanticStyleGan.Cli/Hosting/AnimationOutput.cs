using System.CommandLine;
using SemanticStyleGan.Data;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Writes an animation, image beside mask: <c>animation.webp</c> always, <c>animation.mp4</c> where ffmpeg is installed, single frames on request.</summary>
internal sealed class AnimationOutput : IDisposable
{
    private readonly ResultFolder folder;
    private readonly AnimatedWebP webp;
    private readonly Mp4Video? mp4;
    private readonly bool frames;
    private int count;

    internal AnimationOutput(ResultFolder folder, double framesPerSecond, bool frames)
    {
        (this.folder, this.frames) = (folder, frames);
        webp = new AnimatedWebP(framesPerSecond);
        mp4 = Mp4Video.TryCreate(folder.File("animation.mp4"), framesPerSecond);
    }

    /// <summary><c>--fps</c>.</summary>
    internal static Option<double> FramesPerSecond() => CommonOptions.Number("--fps", "Frames a second of the animation.", 20, 0.1, 120);

    /// <summary><c>--frames</c>.</summary>
    internal static Option<bool> Frames() => new("--frames") { Description = "Also write every frame's image, mask and labels as PNG files." };

    /// <summary>Adds a picture beside its mask.</summary>
    internal void Add(Picture picture)
    {
        if (frames) folder.WritePicture(count, picture);
        Add(ImageGrid.Compose([picture.Image, folder.Colored(picture.Labels)], 2, gap: 0, scale: folder.Scale));
    }

    /// <summary>Adds a frame as it is; all have one size.</summary>
    internal void Add(RgbImage frame)
    {
        webp.Add(frame);
        mp4?.Add(frame);
        count++;
    }

    /// <summary>Writes the files and says which.</summary>
    internal string Finish()
    {
        webp.Write(folder.File("animation.webp"));
        if (mp4 is null) return $"{folder.File("animation.webp")} ({count} frames; no ffmpeg on the PATH, so no mp4)";
        mp4.Finish();
        return $"{folder.File("animation.webp")} and animation.mp4 ({count} frames)";
    }

    public void Dispose() => mp4?.Dispose();
}
