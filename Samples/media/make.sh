#!/usr/bin/env bash
# Makes the sample media again: ./Samples/media/make.sh. Needs espeak-ng, ffmpeg and python3.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

convert() { # ffmpeg without dates, versions or threads in what it writes
    ffmpeg -v error -y "${@:1:$#-1}" -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
        -threads 1 "${@: -1}" </dev/null
}

speak() { # speak NAME VOICE SPEED PITCH SENTENCE -> $work/NAME.wav
    espeak-ng -v "$2" -s "$3" -p "$4" -w "$work/$1.wav" "$5"
}

# One sentence each, in the containers that archives have.
speak bridge en-gb-x-rp 150 50 "the reporter crossed the narrow bridge in vienna"
convert -i "$work/bridge.wav" -ac 2 -ar 44100 -c:a libmp3lame -b:a 64k bridge.mp3
speak weather en-gb-scotland 130 45 "the weather for friday is rain and wind near the coast"
convert -i "$work/weather.wav" -ar 44100 -c:a aac -b:a 64k weather.m4a
speak news en-us+m3 150 50 "good evening this is the news from dublin"
convert -i "$work/news.wav" -ar 48000 -c:a libopus -b:a 32k news.webm

# A log of tapes, one sentence every five seconds and silence between them: with segment_seconds: 5 every segment holds
# one sentence. FLAC keeps the silence silent, so that the cut falls in its middle.
talk=(
    "en-gb-x-rp 125 tape thirty ninety eleven was recorded in berlin on friday"
    "en-us 116 tape nine four four was recorded in vienna on tuesday"
    "en-gb-x-rp 128 tape fifty thirty ninety was recorded in dublin on thursday"
    "en-us 128 tape seven ten six was recorded in chicago on friday"
    "en-gb-x-rp 122 tape eleven twenty ten was recorded in cairo on tuesday"
    "en-us 128 tape fifty twelve seven was recorded in prague on saturday"
    "en-gb-scotland 119 tape seven eleven five was recorded in london on sunday"
    "en-gb-x-rp 113 tape nine ten thirty was recorded in rome on friday"
)
inputs=() filters="" joined=""
for i in "${!talk[@]}"; do
    read -r voice speed sentence <<<"${talk[i]}"
    speak "talk$i" "$voice" "$speed" 40 "$sentence"
    inputs+=(-i "$work/talk$i.wav")
    filters+="[$i]aresample=16000,apad,atrim=end_sample=80000[s$i];"
    joined+="[s$i]"
done
convert "${inputs[@]}" -filter_complex "$filters${joined}concat=n=${#talk[@]}:v=0:a=1" -c:a flac -sample_fmt s16 talk.flac

# Pictures: lossless, JPEG lying on its side (its EXIF orientation sets it up), WebP.
python3 shapes.py 192 128 grey large red circle small blue square >"$work/left.ppm"
convert -i "$work/left.ppm" left-and-right.png
python3 shapes.py 160 160 cyan large orange circle >"$work/centre.ppm"
convert -i "$work/centre.ppm" -lossless 1 centre.webp
python3 shapes.py 192 128 brown large yellow cross small white circle >"$work/upright.ppm"
convert -i "$work/upright.ppm" -vf transpose=cclock -pix_fmt yuvj444p -q:v 2 sideways.jpg
python3 orient.py sideways.jpg 6

# Six seconds of shapes that move, with a spoken sentence.
python3 shapes.py 192 128 grey small blue square large red circle --frames 24 >"$work/frames.ppm"
speak film en-gb-scotland 150 50 "tape ninety six twenty was recorded in toronto on wednesday"
convert -f image2pipe -framerate 4 -i "$work/frames.ppm" -i "$work/film.wav" -map 0:v -map 1:a \
    -c:v libx264 -crf 18 -pix_fmt yuv420p -c:a aac -ar 44100 -b:a 64k film.mp4

# Three seconds of nothing.
convert -f lavfi -i anullsrc=r=16000:cl=mono -t 3 silence.wav
