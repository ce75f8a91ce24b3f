# Stylesheets, fonts and icons, without running any script of a package.
FROM node:24-slim AS assets
WORKDIR /wharf
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /wharf
COPY requirements/base.lock requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/base.lock
RUN useradd --create-home wharf && mkdir -p var/files && chown -R wharf var
COPY --chown=wharf . .
COPY --from=assets --chown=wharf /wharf/node_modules node_modules
USER wharf
# Collecting needs settings but no server, so the addresses here lead nowhere.
RUN DATABASE_URL=postgresql://nobody@127.0.0.1/none DISPATCH_DATABASE_URL=postgresql://nobody@127.0.0.1/none \
    REDIS_URL=redis://127.0.0.1:1 SECRET_KEY=only-while-the-image-is-built-0000000000 \
    WHARF_KEY_RING=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    python manage.py collectstatic --no-input --ignore=rest_framework --ignore='drf_spectacular_sidecar/redoc/*'
EXPOSE 8000
CMD ["gunicorn", "hub.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--no-control-socket"]
