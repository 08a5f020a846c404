{{/* The name of everything in a release. */}}
{{- define "registry-server.name" -}}
{{- if contains "registry-server" .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-registry-server" .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "registry-server.selector" -}}
app.kubernetes.io/name: registry-server
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "registry-server.labels" -}}
{{ include "registry-server.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Seconds between the signal to stop and the end of a pod: both settings together, rounded up, and 10. */}}
{{- define "registry-server.grace" -}}
{{- add 10 (div (add .Values.shutdown.drainMs .Values.shutdown.gracefulMs 999) 1000) -}}
{{- end -}}

{{- define "registry-server.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
  {{- if .context.Values.tls.listener }}
  scheme: HTTPS
  {{- end }}
{{- end -}}
