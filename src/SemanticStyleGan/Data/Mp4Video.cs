using System.Diagnostics;
using System.Globalization;

namespace SemanticStyleGan.Data;

/// <summary>An H.264 video, encoded by the ffmpeg program where it is installed: frames are piped to it as PNG.</summary>
public sealed class Mp4Video : IDisposable
{
    private readonly Process ffmpeg;
    private readonly string path, temporary;
    private readonly Task<string> errors;
    private bool finished;

    private Mp4Video(string program, string path, double framesPerSecond)
    {
        this.path = Path.GetFullPath(path);
        temporary = $"{this.path}.{Environment.ProcessId}.tmp.mp4";
        Directory.CreateDirectory(Path.GetDirectoryName(this.path)!);
        ProcessStartInfo start = new(program)
        {
            ArgumentList =
            {
                "-y", "-loglevel", "error", "-f", "image2pipe", "-c:v", "png", "-framerate", framesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", "-",
                "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2", "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", "-movflags", "+faststart", temporary,
            },
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        ffmpeg = Process.Start(start)!;
        errors = ffmpeg.StandardError.ReadToEndAsync();
    }

    /// <summary>A video that will be at <paramref name="path"/>, or null where no ffmpeg is on the PATH.</summary>
    public static Mp4Video? TryCreate(string path, double framesPerSecond) => Find() is { } program ? new Mp4Video(program, path, framesPerSecond) : null;

    /// <summary>Adds a frame.</summary>
    /// <exception cref="InputException">ffmpeg has stopped.</exception>
    public void Add(RgbImage frame)
    {
        try
        {
            ffmpeg.StandardInput.BaseStream.Write(PngCodec.Encode(frame));
        }
        catch (IOException e)
        {
            throw new InputException($"{path}: ffmpeg stopped: {errors.Result.Trim().ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Ends the video; only now the file appears.</summary>
    /// <exception cref="InputException">ffmpeg failed.</exception>
    public void Finish()
    {
        ffmpeg.StandardInput.Close();
        ffmpeg.WaitForExit();
        if (ffmpeg.ExitCode != 0 || !File.Exists(temporary)) throw new InputException($"{path}: ffmpeg failed: {errors.Result.Trim().ReplaceLineEndings(" ")}");
        File.Move(temporary, path, overwrite: true);
        finished = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!finished)
        {
            if (!ffmpeg.HasExited) ffmpeg.Kill();
            ffmpeg.WaitForExit();
            File.Delete(temporary);
        }
        ffmpeg.Dispose();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg")).FirstOrDefault(File.Exists);
}
